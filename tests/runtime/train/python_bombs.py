"""Texts that do not end or want too much: what is tried of them has to end all the same."""

ENDLESS = {
    "loop": "def f(x):\n    while True:\n        pass",
    "sleep": "import time\ndef f(x):\n    time.sleep(100)",
    "deaf": "import signal as s, time\nfor n in (1, 2, 15):\n  s.signal(n, s.SIG_IGN)\ndef f(x):\n    time.sleep(99)",
    "while_defined": "while_true = [0 for _ in iter(int, 1)]\ndef f(x):\n    return x",
    "in_c": "def f(x):\n    return 10 ** (10 ** 9)",
    "backtracking": "import re\ndef f(x):\n    re.match('(a*)*b', 'a' * 100)",
    "forks": "import os, time\ndef f(x):\n  for _ in range(20):\n    os.fork() or time.sleep(100)\n  time.sleep(100)",
    "threads": "from threading import Thread as T\ndef f(x):\n  t = T(target=sum, args=[iter(int, 1)])\n  t.run()",
    "exit_handler": "import atexit, time\natexit.register(time.sleep, 100)\ndef f(x):\n    time.sleep(100)",
    "prints": "def f(x):\n    while True:\n        print('x' * 10**6)",
}
GREEDY = {
    "bytes": "def f(x):\n    return [bytearray(10**7) for _ in range(10**6)]",
    "tensor": "import torch\ndef f(x):\n    return torch.zeros(10**12)",
    "doubling": "def f(x):\n    while True:\n        x = x.flatten().repeat(2)",
    "text": "def f(x):\n    text = 'x'\n    while True:\n        text += text",
    "square": "def f(x):\n    y = x.flatten()\n    while True:\n        y = y.outer(y).flatten()",
}
