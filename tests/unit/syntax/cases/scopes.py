import os.path, sys as system
from a import b as c, d

limit = 10

class Box(Base, metaclass=Meta):
    size = limit
    def area(self, scale=size):
        size = scale * 2
        return size + self.size

def outer(first, *rest, key=limit, **named):
    total = 0
    def inner():
        nonlocal total
        global limit
        total += first
        limit = 3
        return [total for total in rest if total]
    for index, (left, right) in enumerate(rest):
        total = total + index
        print(f"{total} {left!r:>{key}} {right=}")
    with open(first) as handle, open(key) as (one, two):
        pass
    if (found := inner()):
        return found
    try:
        pass
    except ValueError as error:
        raise error
    match first:
        case [head, *tail] if head: return tail
        case Point(x=px, y=0): return px
        case {"k": value, **others}: return value
        case system.name | 1: pass
        case other: return other
    fn = lambda item, extra=first: item + extra
    {k: v for k, v in named.items() for z in k if (y := z)}
    return y, outer(first=1, key=2), print(end=total)
