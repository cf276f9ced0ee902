"""
Trains language models: an experiment file of GRPO Lab, on PyTorch, Transformers and TRL.

    python -m grpo_lab.train my.experiment.yaml

A file a method in `methods/`. What an experiment asks, rewards and evaluates comes from the extension's own environment, a Node process.
"""
