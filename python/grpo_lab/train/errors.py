"""What is wrong with an experiment, or with the machine that it is to run on."""


class TrainError(Exception):
    """A message for people: what, where, and what to do. No stack helps there."""


class Stopped(Exception):
    """The run was asked to end before its training has begun."""
