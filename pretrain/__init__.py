"""The bundled pretraining step: three stages of SEQUENCES shards in, checkpoints and a loss curve out.

Read `train.py` first: its `main` is the training recipe from top to bottom. It sees only shards and their manifest, and it is
configured by JSON; the YAML recipes that the JSON is made of are read by `pipelines`.
"""

import os

# Threads that wait for each other should sleep, not spin: with seven other processes on two cores a step of the tiny recipe took
# 1.6-2.2 s instead of 5.0-5.8 s. Read once, when torch loads OpenMP; a value that is set already stays.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
