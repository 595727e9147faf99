"""What relief convoys are: plain values and rules.

Standard library only; clock, randomness and ids come in as arguments.
"""
