"""Record small files as PyTorch writes them, beside this file: lstm.pt, a state_dict of two layers
in both directions, and gru_module.pt, a whole module that says batch_first.

    python tests/reference/make_torch_files.py
"""

from pathlib import Path

import torch

HERE = Path(__file__).parent

if __name__ == "__main__":
    torch.manual_seed(0)
    torch.save(torch.nn.LSTM(2, 3, 2, bidirectional=True).state_dict(), HERE / "lstm.pt")
    gru = torch.nn.GRU(2, 3, batch_first=True).to(torch.bfloat16)
    torch.save(torch.nn.ModuleDict({"encoder": gru}), HERE / "gru_module.pt")
