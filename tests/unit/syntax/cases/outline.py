"""Accounts."""
import dataclasses

LIMIT: int = 3
names = []
names = [LIMIT]

@dataclasses.dataclass(frozen=True)
class Account(Base, metaclass=Meta):
    """One account.

    It has a balance."""
    balance: int = 0

    @property
    def open(self) -> bool: return self.balance > 0

    # Adds money.
    # Never takes any.
    @classmethod
    # between the decorators
    @cached
    async def pay(
        cls,
        amount: int,  # in cents
        *rest,
    ) -> "Account":
        fee = 1
        def inner(x):
            return x
        return inner(amount)

    class Meta:
        ordering = ["balance"]

type Pair[T] = tuple[T, T]
square = lambda x: x * x

def test_pays(): pass

class TestAccount:
    def test_open(self): assert True
    def helper(self): pass

class AccountCase(unittest.TestCase):
    async def test_closed(self): pass

if __name__ == "__main__":
    def late(): pass
