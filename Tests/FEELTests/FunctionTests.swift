import Testing

@testable import FEEL

@Suite("Built-in functions, by section 10.3.4 of the standard")
struct FunctionTests {
    // swift-format-ignore
    static let conversion: [ExpressionRow] = [
        .init("number(\"1 000,5\", \" \", \",\")", "1000.5"),
        .init("number(\"1,000\", \",\", \".\")", "1000"),
        .init("number(\"1.000,5\", \".\", \",\")", "1000.5"),
        .init("number(\"1,000\", \",\", \",\")", "null"),
        .init("number(\"x\")", "null"),
        .init("number(from: \"12\", grouping separator: null, decimal separator: null)", "12"),
        .init("string(1.10)", "\"1.1\""),
        .init("string(null)", "null"),
        .init("string([1, \"a\", null])", "\"[1, \\\"a\\\", null]\""),
        .init("string({a: 1, b: \"x\"})", "\"{a: 1, b: \\\"x\\\"}\""),
        .init("string(@\"P1DT2H\")", "\"P1DT2H\""),
        .init("string(@\"PT90M\")", "\"PT1H30M\""),
        .init("string(@\"P14M\")", "\"P1Y2M\""),
        .init("string([1..3))", "\"[1..3)\""),
        .init("string(true)", "\"true\""),
        .init("date(\"2026-11-23\")", "@\"2026-11-23\""),
        .init("date(2026, 2, 29)", "null"),
        .init("date(date and time(\"2026-11-23T10:00:00Z\"))", "@\"2026-11-23\""),
        .init("date(\"2026-1-1\")", "null"),
        .init("date(\"02026-01-01\")", "null"),
        .init("time(10, 30, 15.5, @\"PT2H\")", "@\"10:30:15.5+02:00\""),
        .init("time(25, 0, 0)", "null"),
        .init("time(\"24:00:00\")", "@\"00:00:00\""),
        .init("date and time(\"2026-12-31T24:00:00\")", "@\"2027-01-01T00:00:00\""),
        .init("time(\"24:00:01\")", "null"),
        .init("time(\"10:00:00@Europe/Paris\").timezone", "\"Europe/Paris\""),
        .init("time(\"10:00:00@Nowhere/Land\")", "null"),
        .init("date and time(date(\"2026-11-23\"), time(\"10:00:00\"))", "@\"2026-11-23T10:00:00\""),
        .init("date and time(\"2026-11-23\")", "@\"2026-11-23T00:00:00\""),
        .init("duration(\"P1Y2M\")", "@\"P14M\""),
        .init("duration(\"P1Y2D\")", "null"),
        .init("duration(\"-P1DT1H\")", "-@\"PT25H\""),
        .init("years and months duration(@\"2024-01-31\", @\"2026-01-30\")", "@\"P1Y11M\""),
        .init("years and months duration(@\"2026-01-31\", @\"2024-01-31\")", "-@\"P2Y\""),
        .init("not(true)", "false"),
        .init("not(null)", "null"),
    ]

    // swift-format-ignore
    static let text: [ExpressionRow] = [
        .init("substring(\"foobar\", 3)", "\"obar\""),
        .init("substring(\"foobar\", 3, 3)", "\"oba\""),
        .init("substring(\"foobar\", -2, 1)", "\"a\""),
        .init("substring(\"\\U01F40Eab\", 2)", "\"ab\""),
        .init("substring(\"foobar\", 0)", "null"),
        .init("string length(\"\\U01F40E\")", "1"),
        .init("string length(\"foo\")", "3"),
        .init("upper case(\"aBc4\")", "\"ABC4\""),
        .init("lower case(\"aBc4\")", "\"abc4\""),
        .init("substring before(\"foobar\", \"bar\")", "\"foo\""),
        .init("substring before(\"foobar\", \"xyz\")", "\"\""),
        .init("substring before(\"foobar\", \"\")", "\"\""),
        .init("substring after(\"foobar\", \"ob\")", "\"ar\""),
        .init("substring after(\"foobar\", \"\")", "\"foobar\""),
        .init("contains(\"foobar\", \"of\")", "false"),
        .init("starts with(\"foobar\", \"fo\")", "true"),
        .init("ends with(\"foobar\", \"r\")", "true"),
        .init("string join([\"a\", \"b\"], \"-\")", "\"a-b\""),
        .init("string join([\"a\", \"b\"])", "\"ab\""),
        .init("string join([], \"-\")", "\"\""),
        .init("string join([\"a\", 1], \"-\")", "null"),
        .init("contains(null, \"a\")", "null"),
        .init("\"e\\u0301\" = \"\\u00e9\"", "false"),
    ]

    // swift-format-ignore
    static let patterns: [ExpressionRow] = [
        .init("matches(\"foobar\", \"^fo*b\")", "true"),
        .init("matches(\"foobar\", \"^FO*B\", \"i\")", "true"),
        .init("matches(\"a\\nb\", \"a.b\")", "false"),
        .init("matches(\"a\\nb\", \"a.b\", \"s\")", "true"),
        .init("matches(\"a\\nb\", \"^b\", \"m\")", "true"),
        .init("matches(\"helloworld\", \"hello world\", \"x\")", "true"),
        .init("matches(\"a.b\", \"a.b\", \"q\")", "true"),
        .init("matches(\"axb\", \"a.b\", \"q\")", "false"),
        .init("matches(\"abab\", \"(ab)\\\\1\")", "true"),
        .init("matches(\"Q\", \"[A-Z-[OI]]\")", "true"),
        .init("matches(\"O\", \"[A-Z-[OI]]\")", "false"),
        .init("matches(\"é\", \"\\\\p{Ll}\")", "true"),
        .init("matches(\"x\", \"\\\\p{IsBasicLatin}\")", "true"),
        .init("matches(\"abc\", \"a(?=b)\")", "null"),
        .init("matches(\"abc\", \"[\")", "null"),
        .init("matches(\"abc\", \"a\", \"z\")", "null"),
        .init("replace(\"abracadabra\", \"bra\", \"*\")", "\"a*cada*\""),
        .init("replace(\"abracadabra\", \"a.*a\", \"*\")", "\"*\""),
        .init("replace(\"abracadabra\", \"a.*?a\", \"*\")", "\"*c*bra\""),
        .init("replace(\"abracadabra\", \"a(.)\", \"a$1$1\")", "\"abbraccaddabbra\""),
        .init("replace(\"abracadabra\", \".*?\", \"$1\")", "null"),
        .init("replace(\"AAAA\", \"A+\", \"b\")", "\"b\""),
        .init("replace(\"darted\", \"^(.*?)d(.*)$\", \"$1c$2\")", "\"carted\""),
        .init("replace(\"a.b.c\", \"\\\\.\", \"\\\\$\")", "\"a$b$c\""),
        .init("split(\"John Doe\", \"\\\\s\")", "[\"John\", \"Doe\"]"),
        .init("split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]"),
        .init("extract(\"a1b22\", \"[0-9]+\")", "[\"1\", \"22\"]"),
    ]

    // swift-format-ignore
    static let lists: [ExpressionRow] = [
        .init("list contains([1, 2, null], null)", "true"),
        .init("count([1, 2, 3])", "3"),
        .init("min([1, 2, 3])", "1"),
        .init("max(1, 2, 3)", "3"),
        .init("min([])", "null"),
        .init("max(\"a\", \"b\")", "\"b\""),
        .init("sum([1, 2.5])", "3.5"),
        .init("sum([])", "null"),
        .init("sum([1, \"a\"])", "null"),
        .init("mean([1, 2, 3])", "2"),
        .init("median(8, 2, 5, 3, 4)", "4"),
        .init("median([6, 1, 2, 3])", "2.5"),
        .init("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
        .init("stddev([47])", "null"),
        .init("mode(6, 3, 9, 6, 6)", "[6]"),
        .init("mode([6, 1, 9, 6, 1])", "[1, 6]"),
        .init("mode([])", "[]"),
        .init("product([2, 3, 4])", "24"),
        .init("all([true, null])", "null"),
        .init("all([false, null])", "false"),
        .init("all([])", "true"),
        .init("any([false, null])", "null"),
        .init("any([true, null])", "true"),
        .init("any([])", "false"),
        .init("sublist([4, 5, 6], 1, 2)", "[4, 5]"),
        .init("sublist([4, 5, 6], -1)", "[6]"),
        .init("append([1], 2, 3)", "[1, 2, 3]"),
        .init("concatenate([1, 2], [3])", "[1, 2, 3]"),
        .init("insert before([1, 3], 1, 2)", "[2, 1, 3]"),
        .init("insert before([1, 3], 5, 2)", "null"),
        .init("remove([1, 2, 3], 2)", "[1, 3]"),
        .init("list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"),
        .init("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"),
        .init("reverse([1, 2, 3])", "[3, 2, 1]"),
        .init("index of([1, 2, 3, 2], 2)", "[2, 4]"),
        .init("distinct values([1, 2, 1])", "[1, 2]"),
        .init("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        .init("count(null)", "null"),
        .init("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
        .init("duplicate values([1, 2, 1])", "[1]"),
    ]

    // swift-format-ignore
    static let numbers: [ExpressionRow] = [
        .init("decimal(1 / 3, 2)", "0.33"),
        .init("decimal(1.5, 0)", "2"),
        .init("decimal(2.5, 0)", "2"),
        .init("decimal(1, 7000)", "null"),
        .init("floor(-1.5)", "-2"),
        .init("floor(-1.56, 1)", "-1.6"),
        .init("ceiling(-1.5)", "-1"),
        .init("round up(-5.5, 0)", "-6"),
        .init("round down(-5.5, 0)", "-5"),
        .init("round half up(-5.5, 0)", "-6"),
        .init("round half down(-5.5, 0)", "-5"),
        .init("abs(-10)", "10"),
        .init("abs(@\"-PT5H\")", "@\"PT5H\""),
        .init("modulo(-12, 5)", "3"),
        .init("modulo(1, 0)", "null"),
        .init("sqrt(-1)", "null"),
        .init("log(0)", "null"),
        .init("odd(5.5)", "false"),
        .init("even(2)", "true"),
        .init("decimal(n: 1.25, scale: 1)", "1.2"),
    ]

    // swift-format-ignore
    static let temporal: [ExpressionRow] = [
        .init("day of year(@\"2024-12-31\")", "366"),
        .init("day of week(@\"2026-11-23\")", "\"Monday\""),
        .init("month of year(@\"2026-11-23\")", "\"November\""),
        .init("week of year(@\"2005-01-01\")", "53"),
        .init("week of year(@\"2003-12-29\")", "1"),
        .init("now()", "@\"2026-11-23T09:00:00Z\""),
        .init("today()", "@\"2026-11-23\""),
        .init("@\"2026-11-23\".weekday", "1"),
        .init("@\"2026-11-23T10:11:12.5+01:00\".second", "12.5"),
        .init("@\"2026-11-23T10:11:12+01:00\".time offset", "@\"PT1H\""),
        .init("@\"2026-07-01T10:00:00@Europe/Paris\" = @\"2026-07-01T08:00:00Z\"", "true"),
        .init("@\"2026-01-01T10:00:00@Europe/Paris\" = @\"2026-01-01T09:00:00Z\"", "true"),
        .init("@\"P1DT26H\".hours", "2"),
        .init("@\"P27M\".years", "2"),
        .init("@\"P27M\".months", "3"),
        .init("@\"2026-11-23T23:00:00\" + @\"PT2H\"", "@\"2026-11-24T01:00:00\""),
        .init("@\"2026-11-23\" + @\"PT36H\"", "@\"2026-11-24\""),
        .init("@\"2026-11-23T00:00:00Z\" - @\"2026-11-22\"", "@\"P1D\""),
        .init("@\"2026-11-23T00:00:00\" - @\"2026-11-22\"", "null"),
        .init("@\"P1Y\" / 4", "@\"P3M\""),
        .init("@\"P1Y\" / @\"P1M\"", "12"),
        .init("@\"P1Y\" < @\"P1D\"", "null"),
        .init("for d in @\"2026-02-27\"..@\"2026-03-01\" return d.day", "[27, 28, 1]"),
        .init("is(@\"10:00:00Z\", @\"10:00:00+00:00\")", "true"),
        .init("is(@\"10:00:00Z\", @\"11:00:00+01:00\")", "false"),
        .init("is(@\"2026-11-23\", @\"2026-11-23T00:00:00\")", "false"),
        .init("last day of month(@\"2024-02-10\")", "@\"2024-02-29\""),
    ]

    // swift-format-ignore
    static let ranges: [ExpressionRow] = [
        .init("before(1, 10)", "true"),
        .init("before([1..10), 10)", "true"),
        .init("before([1..10], 10)", "false"),
        .init("after([5..8], [1..5))", "true"),
        .init("meets([1..5], [5..10])", "true"),
        .init("meets([1..5), [5..10])", "false"),
        .init("met by([5..10], [1..5])", "true"),
        .init("overlaps([1..5], (5..8])", "false"),
        .init("overlaps before([1..5], [3..8])", "true"),
        .init("overlaps after([3..8], [1..5])", "true"),
        .init("finishes(10, [1..10])", "true"),
        .init("finishes(10, [1..10))", "false"),
        .init("finished by([1..10], 10)", "true"),
        .init("includes([1..10], [4..6])", "true"),
        .init("includes((1..10], 1)", "false"),
        .init("during(5, [1..10])", "true"),
        .init("starts(1, [1..10])", "true"),
        .init("started by([1..10], 1)", "true"),
        .init("coincides([1..5], [1..5])", "true"),
        .init("coincides(5, [5..5])", "true"),
        .init("range(\"[1..3)\")", "[1..3)"),
        .init("range(\"[3..1]\")", "null"),
        .init("range(\"[a..3]\")", "null"),
        .init("(< 10).end", "10"),
        .init("5 in (>= 5)", "true"),
        .init("(< 10) = (null..10)", "false"),
        .init("[1..10[ = [1..10)", "true"),
        .init("[1..3].start included", "true"),
    ]

    // swift-format-ignore
    static let contexts: [ExpressionRow] = [
        .init("get value({a: 1}, \"a\")", "1"),
        .init("get value({a: 1}, \"b\")", "null"),
        .init("context([{key: \"a\", value: 1}, {key: \"b\", value: 2}])", "{a: 1, b: 2}"),
        .init("context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "null"),
        .init("context put({a: 1}, \"a\", 2)", "{a: 2}"),
        .init("context put({a: {b: 1}}, [\"a\", \"b\"], 2)", "{a: {b: 2}}"),
        .init("context put(context: {a: 1}, keys: \"a\", value: 2)", "null"),
        .init("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        .init("get or else(missing, 5)", "5"),
        .init("is defined(missing)", "false"),
    ]

    private static let now = Scope(
        now: DateAndTime(microsecondsSinceEpoch: 1_795_424_400_000_000))

    @Test("conversion", arguments: conversion)
    func converts(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("strings", arguments: text)
    func texts(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("patterns", arguments: patterns)
    func matches(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("lists", arguments: lists)
    func collects(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("numbers", arguments: numbers)
    func computes(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("dates, times and durations", arguments: temporal)
    func tells(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("ranges", arguments: ranges)
    func relates(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("contexts", arguments: contexts)
    func looksUp(_ row: ExpressionRow) throws { try row.check(in: Self.now) }

    @Test("no clock is read: without a given time now() is null")
    func noClock() throws {
        let result = try Expression.compile("now()").evaluate(in: .empty)
        #expect(result.value == .null)
        #expect(result.problems.count == 1)
    }
}
