internal import Foundation
internal import Records

/// One figure of a measurement.
struct Figure {
    let name: String
    let value: Double
    let unit: String

    init(_ name: String, _ value: Double, _ unit: String = "") {
        self.name = name
        self.value = value
        self.unit = unit
    }

    /// The value with as many digits as its size deserves.
    var text: String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 1 ? 2 : 3
        let number = String(format: "%.\(digits)f", value)
        return unit.isEmpty ? number : "\(number) \(unit)"
    }
}

/// One measurement with what is wanted of it.
struct Measurement {
    let name: String
    let figures: [Figure]
    /// What is wanted, in words; empty where nothing is.
    var wanted = ""
    var isMet = true
}

/// All measurements of a run.
struct Report {
    private var measurements: [Measurement] = []

    var isMet: Bool { measurements.allSatisfy(\.isMet) }

    /// Adds a measurement, and says on the way what was found.
    mutating func add(_ measurement: Measurement) {
        measurements.append(measurement)
        let figures = measurement.figures.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
        FileHandle.standardError.write(Data("\(measurement.name): \(figures)\n".utf8))
    }

    func printTable() {
        var rows = [["measurement", "figure", "value", "wanted", ""]]
        for measurement in measurements {
            for (place, figure) in measurement.figures.enumerated() {
                let isFirst = place == 0
                rows.append([
                    isFirst ? measurement.name : "", figure.name, figure.text,
                    isFirst ? measurement.wanted : "",
                    isFirst && !measurement.wanted.isEmpty
                        ? (measurement.isMet ? "met" : "missed") : "",
                ])
            }
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            print(
                cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces).isEmpty
                    ? "" : cells.joined(separator: "  "))
        }
    }

    func write(to path: String) throws {
        let json = JSONValue.array(
            measurements.map { measurement in
                .object([
                    "name": .string(measurement.name),
                    "figures": .object(
                        measurement.figures.map {
                            JSONMember($0.name, .string(String($0.value)))
                        }),
                    "units": .object(
                        measurement.figures.map { JSONMember($0.name, .string($0.unit)) }),
                    "wanted": .string(measurement.wanted), "met": .boolean(measurement.isMet),
                ])
            })
        try Data("\(json)\n".utf8).write(to: URL(fileURLWithPath: path))
    }
}
