/* RNN, LSTM and GRU in double precision, for a batch of sequences or for one: forward, clamped,
   backward. The mirror of lecture_lib/cells, equal to it to 1e-12.

   Every array is a Float64Array, row by row. Weights are those of the NumPy cells: weightIh
   (rows × D), weightHh (rows × H), bias (rows), with rows = H for the RNN, 4H for the LSTM, gates
   i, f, g, o, and 3H for the GRU, gates r, z, n. x is T × N × D; a gate or state over time is
   T × N × H. For one sequence, N = 1, that is T × D and T × H.

     const cell = createLSTM({ inputSize, hiddenSize, weightIh, weightHh, bias, maxSteps });
     const trace = cell.forward(x, T, { h0, c0, clamp: { f: 0.5 } });
     const grad = cell.backward(dh, dc);

   createLSTM  also takes batchSize, the N of all its runs (1 if left out), and inputGradient: false
               where no one wants the gradient of x. The GRU has update, "write" or "keep", and reset,
               "before" or "after", which wants a biasHn (H). gate, squash and show stand for the σ of
               the gates, the tanh of the candidate (the RNN's h), and that of the LSTM's c;
               fixed says that the weights will not change: a single sequence is then run faster.
   forward     A clamp holds a gate at a number, or at the values of a T × N × H array; NaN leaves the
               gate alone. States that are left out start at 0.
   backward    belongs to the forward before it: x, clamp and weights must still be as they were.
               dh and dc (T × N × H) are what the loss sends straight to each h_t and c_t, 0 if left
               out. grad has the names of the parameters, x, h0, c0, and h, c: all that reaches each
               h_t and c_t, straight and through later steps. A clamped gate passes no gradient.
   forwardSteps, backwardSteps  are the same as generators, which yield once a step.
   inputSums   inputSums(x, T, into) writes b + W_ih x_t into T × N × rows. A forward that is given them as
               sums, beside x, need not multiply W_ih with x again.

   A cell makes its buffers once, for maxSteps steps. Each call fills the first T steps of the same
   trace or grad again. The weights are not copied: change one in place, and call again. */

export { sigmoid } from "./cell_parts.mjs";
export { createRNN } from "./rnn.mjs";
export { createLSTM } from "./lstm.mjs";
export { createGRU } from "./gru.mjs";
