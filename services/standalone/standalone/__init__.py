"""The whole pipeline in one process on embedded parts. A composition root and nothing else."""
