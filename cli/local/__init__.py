"""Leadbell on one machine: the emulator, the deployed stack, a demo website and the inbox of its sales people."""
