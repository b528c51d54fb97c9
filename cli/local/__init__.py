"""Leadbell on one machine: the emulator, the deployed stack, a demo website and its sales inbox."""
