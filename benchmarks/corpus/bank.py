"""Accounts that pay interest and refuse overdrafts."""


class InsufficientFunds(Exception):  # noqa: N818
    """There is less on the account than is asked for."""


class Account:
    """An account of one owner, in whole paise."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("a deposit must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(f"{self.owner} has {self.balance}, not {amount}")
        self.balance -= amount
        self.history.append(("withdrawal", amount))

    def __str__(self):
        return f"{self.owner:8} {self.balance / 100:10.2f}"


class Savings(Account):
    """An account with interest."""

    def __init__(self, owner, balance=0, rate=0.04):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        interest = round(self.balance * self.rate)
        if interest > 0:
            self.deposit(interest)


def transfer(source, target, amount):
    source.withdraw(amount)
    target.deposit(amount)


accounts = [Account("Asha", 150_000), Savings("Bhim", 900_000), Savings("Chitra", 20_000, rate=0.06)]
asha, bhim, chitra = accounts
transfer(bhim, asha, 250_000)
for _ in range(3):
    bhim.add_interest()
    chitra.add_interest()
try:
    transfer(chitra, asha, 1_000_000)
except InsufficientFunds as error:
    print("refused:", error)
for account in accounts:
    print(account, len(account.history), "entries")
