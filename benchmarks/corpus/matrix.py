"""Small matrices: product, determinant, inverse, in fractions."""

from fractions import Fraction


class Matrix:
    """A matrix of fractions."""

    def __init__(self, rows):
        self.rows = [[Fraction(value) for value in row] for row in rows]

    def __mul__(self, other):
        columns = list(zip(*other.rows, strict=True))
        return Matrix(
            [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in self.rows]
        )

    def determinant(self):
        rows = [list(row) for row in self.rows]
        result = Fraction(1)
        for place in range(len(rows)):
            pivot = next((number for number in range(place, len(rows)) if rows[number][place] != 0), None)
            if pivot is None:
                return Fraction(0)
            if pivot != place:
                rows[place], rows[pivot] = rows[pivot], rows[place]
                result = -result
            result *= rows[place][place]
            for number in range(place + 1, len(rows)):
                factor = rows[number][place] / rows[place][place]
                for column in range(place, len(rows)):
                    rows[number][column] -= factor * rows[place][column]
        return result

    def inverse(self):
        size = len(self.rows)
        rows = [list(row) + [Fraction(int(i == j)) for j in range(size)] for i, row in enumerate(self.rows)]
        for place in range(size):
            pivot = next(number for number in range(place, size) if rows[number][place] != 0)
            rows[place], rows[pivot] = rows[pivot], rows[place]
            factor = rows[place][place]
            rows[place] = [value / factor for value in rows[place]]
            for number in range(size):
                if number != place:
                    factor = rows[number][place]
                    rows[number] = [a - factor * b for a, b in zip(rows[number], rows[place], strict=True)]
        return Matrix([row[size:] for row in rows])

    def show(self):
        for row in self.rows:
            print("[" + " ".join(f"{value!s:>6}" for value in row) + "]")


matrix = Matrix([[2, 1, 3], [0, 4, 1], [5, 2, 1]])
print("determinant", matrix.determinant())
matrix.inverse().show()
(matrix * matrix.inverse()).show()
