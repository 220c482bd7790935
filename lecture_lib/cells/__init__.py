"""The recurrent cells of the book: each as one step that reads like its equations, and whole."""

from lecture_lib.cells._cell import sigmoid
from lecture_lib.cells.bidirectional import Bidirectional, BidirectionalTrace
from lecture_lib.cells.gru import GRU, GRUTrace, gru_step, gru_step_backward
from lecture_lib.cells.lstm import LSTM, LSTMTrace, lstm_step, lstm_step_backward
from lecture_lib.cells.rnn import RNN, RNNTrace, rnn_step, rnn_step_backward
from lecture_lib.cells.stack import Stack, StackTrace

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Bidirectional",
    "BidirectionalTrace",
    "GRUTrace",
    "LSTMTrace",
    "RNNTrace",
    "Stack",
    "StackTrace",
    "gru_step",
    "gru_step_backward",
    "lstm_step",
    "lstm_step_backward",
    "rnn_step",
    "rnn_step_backward",
    "sigmoid",
]
