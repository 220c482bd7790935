"""Keras: its files, its arrays and its live models, and TensorFlow.js."""
