"""LSTM and GRU cells in NumPy, what trains and examines them, and the book's live figures."""

from lecture_lib.cells import GRU, LSTM, RNN, gru_step, lstm_step, rnn_step

__all__ = ["GRU", "LSTM", "RNN", "gru_step", "lstm_step", "rnn_step"]
