"""What processors do in a few instructions and Numba has no name for, written for LLVM.

None of these checks its indexes: the callers do. Vector widths are LLVM's own: it fits them to the processor.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from wordglass.kernels.arrays import LANES

Instruction = Callable[..., Any]  # its callers do not give the typing context, its first argument
instruction: Callable[[Instruction], Instruction] = intrinsic

BYTE, HALF, INDEX = ir.IntType(8), ir.IntType(32), ir.IntType(64)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Where ``array[index]`` lies, the array being flat."""
    size = INDEX(kind.dtype.bitwidth // 8)
    data = builder.bitcast(context.make_array(kind)(context, builder, array).data, BYTE.as_pointer())
    return builder.gep(data, [builder.mul(index, size)])


def _load(builder: Any, kind: Any, address: Any) -> Any:
    return builder.load(builder.bitcast(address, kind.as_pointer()), align=1)


def _prefetch(builder: Any, address: Any) -> None:
    kind = ir.FunctionType(ir.VoidType(), [BYTE.as_pointer(), HALF, HALF, HALF])
    hint = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(hint, [address, HALF(0), HALF(2), HALF(1)])  # to read, into the second cache, data


def _array(context: Any, builder: Any, kind: Any, data: Any, shape: list[Any]) -> Any:
    """An array that lies at ``data`` and that nobody frees."""
    array = context.make_array(kind)(context, builder)
    size = kind.dtype.bitwidth // 8
    strides = [INDEX(size)] if len(shape) == 1 else [builder.mul(shape[1], INDEX(size)), INDEX(size)]
    populate_array(array, data, shape, strides, INDEX(size), None)
    return array._getvalue()


@instruction
def vector_at(typing: Any, pointer: Any, n: Any) -> Any:
    """The ``n`` numbers at an address as a flat array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _array(context, builder, signature.return_type, arguments[0], [arguments[1]])

    return types.Array(pointer.dtype, 1, "C")(pointer, types.int64), generate


@instruction
def matrix_at(typing: Any, pointer: Any, rows: Any, columns: Any) -> Any:
    """The numbers at an address as a table, row by row."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _array(context, builder, signature.return_type, arguments[0], list(arguments[1:]))

    return types.Array(pointer.dtype, 2, "C")(pointer, types.int64, types.int64), generate


@instruction
def prefetch(typing: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of ``array[index]``, so that waits for memory overlap."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _prefetch(builder, _address(context, builder, signature.args[0], *arguments))
        return context.get_dummy_value()

    return types.none(array, types.int64), generate


@instruction
def load_eight(typing: Any, data: Any, index: Any) -> Any:
    """The eight bytes from ``data[index]`` on as one number, the first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _load(builder, INDEX, _address(context, builder, signature.args[0], *arguments))

    return types.uint64(data, types.int64), generate


@instruction
def trailing_zeros(typing: Any, number: Any) -> Any:
    """How many zero bits stand below the lowest one bit; 64 for zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(0))

    return types.int64(types.uint64), generate


@instruction
def square_root(typing: Any, number: Any) -> Any:
    """The square root, without the library that Python's own is in."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.DoubleType(), [ir.DoubleType()])
        root = cgutils.get_or_insert_function(builder.module, kind, "llvm.sqrt.f64")
        return builder.call(root, arguments)

    return types.float64(types.float64), generate


@instruction
def classify(typing: Any, data: Any, index: Any) -> Any:
    """Of the 64 bytes from ``data[index]`` on, one bit each: (letters and digits of ASCII, no space)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(BYTE, 64)

        def every(value: int) -> Any:
            return ir.Constant(vector, [value] * 64)

        def among(first: str, last: str, chars: Any) -> Any:
            distance = builder.sub(chars, every(ord(first)))
            return builder.icmp_unsigned("<=", distance, every(ord(last) - ord(first)))

        chars = _load(builder, vector, _address(context, builder, signature.args[0], *arguments))
        letters = among("a", "z", builder.or_(chars, every(0x20)))
        words = builder.bitcast(builder.or_(letters, among("0", "9", chars)), INDEX)
        solid = builder.bitcast(builder.icmp_unsigned(">", chars, every(0x20)), INDEX)
        return context.make_tuple(builder, signature.return_type, [words, solid])

    return types.UniTuple(types.uint64, 2)(data, types.int64), generate


@instruction
def copy_bytes(typing: Any, data: Any, index: Any, target: Any, at: Any, size: Any) -> Any:
    """Copy ``size`` bytes from ``data[index]`` to ``target[at]``, the arrays not being the same."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        source = _address(context, builder, kinds[0], arguments[0], arguments[1])
        cgutils.raw_memcpy(
            builder,
            _address(context, builder, kinds[2], arguments[2], arguments[3]),
            source,
            arguments[4],
            1,
        )
        return context.get_dummy_value()

    return types.none(data, types.int64, target, types.int64, types.int64), generate


@instruction
def plain_number(typing: Any, data: Any, index: Any) -> Any:
    """The number from ``data[index]`` to a space or a control character, if it is short and plain.

    Gives whether it is no more than a minus or none, digits, and a point or none, 15 characters at most; its
    digits as a whole number; how many of them stand after the point; whether there is a minus; how many
    characters it has. 17 bytes are read, and nothing is branched on. The next number's place depends on the
    last alone, and that on few steps, so that a processor works on several numbers at once.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector, mask, line = ir.VectorType(BYTE, 16), ir.IntType(16), ir.IntType(128)
        one = INDEX(1)

        def every(value: int) -> Any:
            return ir.Constant(vector, [value] * 16)

        def bits(which: Any) -> Any:
            return builder.zext(builder.bitcast(which, mask), INDEX)

        def lowest(number: Any) -> Any:
            return builder.cttz(number, ir.IntType(1)(1))

        def wide(number: Any) -> Any:
            return builder.zext(builder.shl(number, INDEX(3)), line)  # bytes as bits, to shift by

        address = _address(context, builder, signature.args[0], *arguments)
        spaces = bits(builder.icmp_unsigned("<=", _load(builder, vector, address), every(0x20)))
        length = lowest(builder.or_(spaces, INDEX(1 << 16)))
        minus = builder.zext(builder.icmp_unsigned("==", builder.load(address), BYTE(ord("-"))), INDEX)
        chars = _load(builder, vector, builder.gep(address, [minus]))
        values = builder.sub(chars, every(ord("0")))
        digits = bits(builder.icmp_unsigned("<", values, every(10)))
        points = bits(builder.icmp_unsigned("==", chars, every(ord("."))))
        size = builder.sub(length, minus)
        inside = builder.sub(builder.shl(one, size), one)
        points = builder.and_(points, inside)
        count = builder.sub(size, builder.zext(builder.icmp_unsigned("!=", points, INDEX(0)), INDEX))
        whole = lowest(builder.or_(points, builder.shl(one, size)))  # digits before the point
        strange = builder.and_(inside, builder.not_(builder.or_(digits, points)))
        strange = builder.or_(strange, builder.and_(points, builder.sub(points, one)))  # a second point
        good = builder.icmp_unsigned("==", strange, INDEX(0))
        good = builder.and_(good, builder.icmp_unsigned("<", builder.sub(count, one), INDEX(15)))
        good = builder.and_(good, builder.icmp_unsigned("<", length, INDEX(16)))
        # Close the gap of the point, and push the digits up so that the last is the highest byte.
        low = builder.sub(builder.shl(line(1), wide(builder.and_(whole, INDEX(15)))), line(1))
        number = builder.bitcast(values, line)
        number = builder.or_(
            builder.and_(number, low), builder.and_(builder.lshr(number, line(8)), builder.not_(low))
        )
        number = builder.shl(number, wide(builder.and_(builder.sub(INDEX(16), count), INDEX(15))))

        def eight_digits(eight: Any) -> Any:
            pairs = builder.add(builder.mul(eight, INDEX(10)), builder.lshr(eight, INDEX(8)))
            every_fourth = INDEX(0x000000FF000000FF)
            outer = builder.mul(builder.and_(pairs, every_fourth), INDEX(0x000F424000000064))
            inner = builder.lshr(pairs, INDEX(16))
            inner = builder.mul(builder.and_(inner, every_fourth), INDEX(0x0000271000000001))
            return builder.lshr(builder.add(outer, inner), INDEX(32))

        high = eight_digits(builder.trunc(number, INDEX))
        rest = eight_digits(builder.trunc(builder.lshr(number, line(64)), INDEX))
        total = builder.add(builder.mul(high, INDEX(100_000_000)), rest)
        fraction = builder.sub(count, whole)
        good, minus = (
            context.cast(builder, value, types.int64, types.boolean)
            for value in (builder.zext(good, INDEX), minus)
        )
        return context.make_tuple(builder, signature.return_type, [good, total, fraction, minus, length])

    result = types.Tuple((types.boolean, types.int64, types.int64, types.boolean, types.int64))
    return result(data, types.int64), generate


def _adder(lanes: int) -> Any:
    """The function that adds ``lanes`` columns of chosen rows; their total stays in registers."""

    @instruction
    def add(
        typing: Any, table: Any, ids: Any, begin: Any, end: Any, width: Any, column: Any, sums: Any, at: Any
    ) -> Any:
        """Add columns from ``column`` on of the rows ``ids[begin:end]`` to the sums from ``at`` on."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            table, ids, begin, end, width, column, sums, at = arguments
            vector = ir.VectorType(ir.FloatType(), lanes)
            target = _address(context, builder, signature.args[6], sums, at)
            total = cgutils.alloca_once_value(builder, ir.Constant(vector, [0.0] * lanes))
            with cgutils.for_range_slice(builder, begin, end, INDEX(1)) as (x, _):
                row = _load(builder, HALF, _address(context, builder, signature.args[1], ids, x))
                with builder.if_then(builder.icmp_unsigned("!=", row, HALF(0)), likely=True):
                    place = builder.add(builder.mul(builder.zext(row, INDEX), width), column)
                    numbers = _load(
                        builder, vector, _address(context, builder, signature.args[0], table, place)
                    )
                    builder.store(builder.fadd(builder.load(total), numbers), total)
            wide = ir.VectorType(ir.DoubleType(), lanes)
            whole = builder.fadd(_load(builder, wide, target), builder.fpext(builder.load(total), wide))
            builder.store(whole, builder.bitcast(target, wide.as_pointer()), align=8)
            return context.get_dummy_value()

        i = types.int64
        return types.none(table, ids, i, i, i, i, sums, i), generate

    return add


add_1, add_2, add_4, add_8 = _adder(1), _adder(2), _adder(4), _adder(8)
add_line, add_lines = _adder(LANES), _adder(4 * LANES)


def _weigher(lanes: int) -> Any:
    """The function that adds ``lanes`` columns of chosen rows times their values, in double precision."""

    @instruction
    def add(
        typing: Any,
        table: Any,
        ids: Any,
        values: Any,
        begin: Any,
        end: Any,
        width: Any,
        column: Any,
        out: Any,
        at: Any,
    ) -> Any:
        """Write the sum over ``begin`` to ``end - 1`` of the rows ``ids`` times ``values`` to ``out``."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            table, ids, values, begin, end, width, column, out, at = arguments
            kinds = signature.args
            vector = ir.VectorType(ir.DoubleType(), lanes)
            total = cgutils.alloca_once_value(builder, ir.Constant(vector, [0.0] * lanes))
            builder.store(ir.Constant(vector, [0.0] * lanes), total)
            with cgutils.for_range_slice(builder, begin, end, INDEX(1)) as (x, _):
                row = _load(builder, HALF, _address(context, builder, kinds[1], ids, x))
                value = _load(builder, ir.FloatType(), _address(context, builder, kinds[2], values, x))
                place = builder.add(builder.mul(builder.zext(row, INDEX), width), column)
                numbers = _load(builder, vector, _address(context, builder, kinds[0], table, place))
                one = builder.insert_element(
                    ir.Constant(vector, ir.Undefined), builder.fpext(value, ir.DoubleType()), HALF(0)
                )
                every = builder.shuffle_vector(
                    one,
                    ir.Constant(vector, ir.Undefined),
                    ir.Constant(ir.VectorType(HALF, lanes), [0] * lanes),
                )
                builder.store(builder.fadd(builder.load(total), builder.fmul(numbers, every)), total)
            target = _address(context, builder, kinds[7], out, at)
            builder.store(builder.load(total), builder.bitcast(target, vector.as_pointer()), align=8)
            return context.get_dummy_value()

        i = types.int64
        return types.none(table, ids, values, i, i, i, i, out, i), generate

    return add


weigh_1, weigh_2, weigh_4, weigh_8, weigh_16 = (_weigher(lanes) for lanes in (1, 2, 4, 8, 16))
