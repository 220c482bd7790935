/* RNN, LSTM and GRU in double precision for one sequence: forward, clamped, backward.
   The mirror of lecture_lib/cells, equal to it to 1e-12.

   Every array is a Float64Array, row by row. Weights are those of the NumPy cells: weightIh
   (rows × D), weightHh (rows × H), bias (rows), with rows = H for the RNN, 4H for the LSTM, gates
   i, f, g, o, and 3H for the GRU, gates r, z, n. x is T × D; a gate or state over time is T × H.

     const cell = createLSTM({ inputSize, hiddenSize, weightIh, weightHh, bias, maxSteps });
     const trace = cell.forward(x, T, { h0, c0, clamp: { f: 0.5 } });
     const grad = cell.backward(dh, dc);

   forward   A clamp holds a gate at a number, or at the values of a T × H array; NaN leaves the
             gate alone. States that are left out start at 0.
   backward  belongs to the forward before it: x, clamp and weights must still be as they were.
             dh and dc (T × H) are what the loss sends straight to each h_t and c_t, 0 if left out.
             grad has the names of the parameters, x, h0, c0, and h, c: all that reaches each h_t
             and c_t, straight and through later steps. A clamped gate passes no gradient.

   A cell makes its buffers once, for maxSteps steps. Each call fills the first T steps of the same
   trace or grad again. The weights are not copied: change one in place, and call again. */

export { sigmoid } from "./cell_parts.mjs";
export { createRNN } from "./rnn.mjs";
export { createLSTM } from "./lstm.mjs";
export { createGRU } from "./gru.mjs";
