"""The batch file with which a cluster that has Slurm trains an exported program, on as many machines as are wanted."""

import re
import shlex

from runtime.check.settings import setting
from runtime.graph.model import Graph
from runtime.spec.code import comment

SUFFIX = ".sbatch"
CORES = 4  # of a process at least: what it computes on the CPU, and whoever reads its samples
ALONE = 'srun --cpus-per-task="$cores" python {program} {options}'
TOGETHER = """\
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
port=$((20000 + SLURM_JOB_ID % 10000))  # jobs on one machine need one each
srun --cpus-per-task="$cores" python -m torch.distributed.run \\
    --nnodes="$SLURM_NNODES" --nproc-per-node={each} \\
    --rdzv-backend=c10d --rdzv-id="$SLURM_JOB_ID" --rdzv-endpoint="$first:$port" \\
    {program} {options}"""
WHOLE = """\
#!/bin/bash
#SBATCH --job-name={job}
#SBATCH --output={job}-%j.log
#SBATCH --nodes={machines}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task={cores}
{devices}#SBATCH --time=24:00:00

# Made with Torchweave. Run it in the folder where the program is: sbatch {file}
# The lines above are yours to change, such as the time, or add what your cluster asks for, such as --partition.

set -e
# Where the run is kept. Change it here: --run-dir behind the name of this file is not heard.
run="runs/$SLURM_JOB_ID"
# A job that the cluster begins anew goes on from where it was.
if [ -e "$run/checkpoint.pt" ]; then set -- "$@" --resume "$run"; fi
# A process computes with the cores that it has here, not with all of the machine.
cores="${{SLURM_CPUS_PER_TASK:-{cores}}}"
threads=$((cores < {each} ? 1 : cores / {each}))
{train}
"""


def batch_file(graph: Graph, program: str, machines: int = 1) -> str:
    """The text; `program` is the name of the script beside it. Names from outside are quoted, or spelt anew."""
    each = -(-setting(graph.run, "processes") // machines)
    job = re.sub(r"[^A-Za-z0-9_.-]", "_", program.removesuffix(".py"))[:60].lstrip("-.") or "train"
    train = TOGETHER if each * machines > 1 else ALONE
    # The last one holds: threads are the user's to set, but a job that begins anew looks for its run there.
    options = '--threads "$threads" "$@" --run-dir "$run"'
    told = train.format(each=each, program=shlex.quote(f"./{program}"), options=options)
    cores = each * max(CORES, 1 + _workers(graph))
    devices = "" if setting(graph.run, "device") == "cpu" else f"#SBATCH --gpus-per-node={each}\n"
    name = comment(f"{program.removesuffix('.py')}{SUFFIX}")
    about = {"job": job, "machines": machines, "devices": devices, "cores": cores, "each": each}
    return WHOLE.format(**about, file=name, train=told)


def _workers(graph: Graph) -> int:
    """How many processes read samples beside each that trains."""
    found = [node.parameters.get("num_workers", 0) for node in graph.nodes.values() if node.type == "Collate"]
    return int(sum(found))
