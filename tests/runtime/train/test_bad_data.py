import signal, sys, json
from pathlib import Path
import pytest, torch
from runtime import cli
from runtime.train.folder import arguments_of, prepare_run, read_events
from runtime.train.look import look
from runtime.train.worker import work
from runtime.graph.file import load
from tests.runtime.train.bad_data import *

CASES = {
 "column missing": (TABLE, row(1, "a,c,kind")),
 "word": (TABLE, row(7, "six,1,x")),
 "empty cell": (TABLE, row(7, ",1,x")),
 "ragged": (TABLE, row(7, "1,2,x,9")),
 "encoding": (TABLE, holds(b"a,b,kind\n1,2,f\xfcr\n" * 9)),
 "label beyond": (TABLE, row(7, "1,2,z")),
 "titles": (TABLE, holds(b"a,b,kind\n")),
 "zero": (TABLE, holds(b"")),
 "nan": (TABLE, row(7, "nan,1,x")),
 "binary": (TABLE, holds(bytes(range(256)) * 20)),
 "folder": (TABLE, a_folder),
 "gone": (TABLE, gone()),
 "pipe": (TABLE, a_pipe()),
 "device": (TABLE, a_device),
 "parquet": (PARQUET, holds(b"no parquet")),
 "parquet cut": (PARQUET, cut(600)),
 "parquet zero": (PARQUET, holds(b"")),
 "npz objects": (ARRAYS, code_in_npz),
 "npz pickle": (ARRAYS, holds(code())),
 "npz cut": (ARRAYS, cut(400)),
 "npz zero": (ARRAYS, holds(b"")),
 "npz missing": (ARRAYS, lambda p: np.savez(p, point=columns()["point"])),
 "npz lengths": (ARRAYS, arrays(label=np.arange(5) % 2)),
 "npz label": (ARRAYS, arrays(label=changed("label", 17, 7))),
 "npz nan": (ARRAYS, arrays(point=changed("point", 5, np.nan))),
 "npz once": (ARRAYS, arrays(label=np.array([1] + [0]*23))),
 "npz shape": (ARRAYS, arrays(point=np.zeros((ROWS, 4), np.float32))),
 "pt": (SAVED, holds(code_in_torch())),
 "pt pickle": (SAVED, holds(code())),
 "pt cut": (SAVED, cut(500)),
 "pt zero": (SAVED, holds(b"")),
 "safe cut": (SAFE, cut(200)),
 "safe zero": (SAFE, holds(b"")),
 "safe pickle": (SAFE, holds(code())),
 "idx": (IDX, cut(100)),
 "idx head": (IDX, cut(6)),
 "idx no labels": (IDX, lambda p: p.with_name("train-labels-idx1-ubyte").unlink()),
 "jpeg cut": (PICTURES, cut(300, "x", "04.jpg")),
 "text jpg": (PICTURES, holds(b"no picture", "x", "04.jpg")),
 "zero jpg": (PICTURES, holds(b"", "x", "04.jpg")),
 "bomb": (PICTURES, holds(bomb(), "x", "04.png")),
 "pic pipe": (PICTURES, a_pipe("x", "04.jpg")),
 "empty folder": (PICTURES, emptied()),
 "empty class": (PICTURES, emptied("x")),
 "new class": (PICTURES, holds(b"no picture", "z", "00.jpg")),
 "loop": (PICTURES, a_loop),
 "file": (PICTURES, a_file),
}

@pytest.mark.parametrize("name", CASES)
def test_x(name, tmp_path, monkeypatch, capsys):
    data, spoil = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path]); monkeypatch.setattr(sys, "path_hooks", [*sys.path_hooks])
    monkeypatch.setitem(sys.modules, "program", sys)
    path = tmp_path / data.path
    data.write(path)
    spoil(path)
    g = tmp_path / "graph.json"; g.write_bytes(as_json(data.graph()))
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(AssertionError("hang")))
    signal.alarm(10)
    try: l = look(path)
    except BaseException as e: l = {"problem": "RAISED " + repr(e)}
    signal.alarm(10)
    cli.main(["check", str(g)])
    out = [x for x in capsys.readouterr().out.splitlines() if ": " in x and not x.startswith(("flowers.", "batches."))]
    folder = prepare_run(load(g.read_bytes()), g, {"threads": 1, "device": "cpu"})
    try: work(folder, arguments_of(folder))
    except BaseException as e: print("RAISED", e)
    signal.alarm(0)
    ev = [e for e in read_events(folder) if e["event"] in ("failed", "warning", "finished")]
    capsys.readouterr()
    with open("/tmp/bd.txt", "a") as f:
        print(f"== {name}\n  LOOK {l.get('problem') or l['notes']}\n  CHECK {out}", file=f)
        for e in ev: print("  RUN", e["event"], e.get("node"), e.get("message"), file=f)
    assert not (tmp_path / "was_run").exists()
