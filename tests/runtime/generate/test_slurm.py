"""The batch file of a cluster, run by a shell here, with commands in place of Slurm's that tell what they are given."""

import subprocess
from pathlib import Path

import pytest

from runtime.generate.slurm import batch_file
from runtime.graph.edit import applied
from tests.runtime.generate.cases import graph_of

GRAPH = graph_of("two_models")
SRUN = '#!/bin/sh\nprintf "%s\\n" "$@"\n'
SCONTROL = "#!/bin/sh\nprintf 'first\\nsecond\\n'\n"


def started(folder: Path, text: str, *options: str, cores: str = "") -> list[str]:
    """What the batch file starts."""
    for name, command in (("srun", SRUN), ("scontrol", SCONTROL)):
        (folder / name).write_text(command, encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "train.sbatch").write_text(text, encoding="utf-8")
    known = {
        "PATH": f"{folder}:/usr/bin:/bin",
        "SLURM_JOB_ID": "7",
        "SLURM_NNODES": "2",
        "SLURM_JOB_NODELIST": "n[1-2]",
    }
    known |= {"SLURM_CPUS_PER_TASK": cores} if cores else {}
    line = ["bash", "-u", "train.sbatch", *options]
    done = subprocess.run(line, cwd=folder, env=known, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_that_one_process_is_started_without_torchrun(tmp_path: Path) -> None:
    line = started(tmp_path, batch_file(GRAPH, "train.py"))
    assert line == ["--cpus-per-task=4", "python", "./train.py", "--threads", "4", "--run-dir", "runs/7"]


def test_that_torchrun_is_started_on_each_machine(tmp_path: Path) -> None:
    text = batch_file(GRAPH.with_(run={"processes": 8}), "train.py", 2)
    assert "#SBATCH --nodes=2\n" in text and "#SBATCH --gpus-per-node=4\n" in text
    line = started(tmp_path, text, "--epochs", "3")
    assert line[1:4] == ["python", "-m", "torch.distributed.run"]
    assert {"--nnodes=2", "--nproc-per-node=4", "--rdzv-id=7", "--rdzv-endpoint=first:20007"} <= {*line}
    assert line[-7:] == ["./train.py", "--threads", "4", "--epochs", "3", "--run-dir", "runs/7"]


@pytest.mark.parametrize(("cores", "threads"), [("16", "8"), ("3", "1"), ("1", "1"), ("", "4")])
def test_that_the_processes_of_a_job_share_what_it_has_of_a_machine(tmp_path: Path, cores: str, threads: str) -> None:
    line = started(tmp_path, batch_file(GRAPH.with_(run={"processes": 2}), "train.py"), cores=cores)
    assert line[0] == f"--cpus-per-task={cores or 8}"  # which srun does not take over by itself
    assert line[line.index("--threads") + 1] == threads


def test_that_a_job_asks_for_room_for_each_worker_that_reads_samples() -> None:
    loading = applied(GRAPH, [("set", "batches", "num_workers", 7)])
    assert "#SBATCH --cpus-per-task=8\n" in batch_file(loading, "train.py")
    assert "#SBATCH --cpus-per-task=16\n" in batch_file(loading.with_(run={"processes": 2}), "train.py")
    assert "#SBATCH --cpus-per-task=4\n" in batch_file(GRAPH, "train.py")


def test_that_a_job_that_is_begun_anew_goes_on_from_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "runs" / "7").mkdir(parents=True)
    (tmp_path / "runs" / "7" / "checkpoint.pt").touch()
    line = started(tmp_path, batch_file(GRAPH, "train.py"), "--resume", "runs/3", "--run-dir", "runs/3")
    given = ["--resume", "runs/3", "--run-dir", "runs/3"]
    line = line[line.index("./train.py") + 1 :]
    assert line == ["--threads", "4", *given, "--resume", "runs/7", "--run-dir", "runs/7"]  # the last ones hold


def test_that_a_run_on_the_cpu_asks_for_no_gpu() -> None:
    assert "gpus" not in batch_file(GRAPH.with_(run={"device": "cpu"}), "train.py")


@pytest.mark.parametrize(
    "name", ["a 'b' $(touch x).py", "-x.py", "; touch x #.py", "`touch x`\n#SBATCH --x.py", "{0}.py"]
)
def test_that_no_name_is_taken_for_a_command(tmp_path: Path, name: str) -> None:
    text = batch_file(GRAPH.with_(run={"processes": 2}), name)
    assert f"./{name}\n--threads" in "\n".join(started(tmp_path, text))
    assert not (tmp_path / "x").exists()
    head = text.partition("\nset -e")[0].splitlines()
    assert len([line for line in head if line.startswith("#SBATCH")]) == 7
    assert all(line.startswith("#") or not line for line in head)
