/// Finds room for short texts beside shapes: clear of shapes, labels and each other, and where that
/// can be of arrows and borders.
struct NotePlacement {
    /// A line of the drawing.
    struct Segment {
        let from: Diagram.Point
        let to: Diagram.Point
    }

    /// A note in its place: its lines, and the box that they fill.
    struct Placed {
        let lines: [String]
        let box: Diagram.Bounds
    }

    /// What a note must not cover.
    private(set) var boxes: [Diagram.Bounds]
    /// What a note should not cross.
    let segments: [Segment]
    let fontSize: Int

    init(boxes: [Diagram.Bounds], segments: [Segment], fontSize: Int) {
        self.boxes = boxes
        self.segments = segments
        self.fontSize = fontSize
    }

    private static let gap = 2_000
    /// How far from its shape a note may stand, in rows of its own height.
    private static let rowsMax = 3
    /// What covers count, against pixels of distance.
    private static let coveredCost = 2_000
    private static let crossedCost = 150
    private static let linesCost = 8

    /// Takes the best place for a note at a shape; the place is kept clear from then on.
    mutating func place(_ note: String, at shape: Diagram.Bounds) -> Placed {
        var best = (cost: Int.max, note: Placed(lines: [note], box: shape))
        let around = neighbourhood(of: note, at: shape)
        let near = boxes.filter { $0.overlaps(around) }
        let crossing = segments.filter { around.isCrossed(from: $0.from, to: $0.to) }
        for (lines, size) in forms(of: note) {
            for (x, y) in Self.corners(of: size, at: shape) {
                let box = Diagram.Bounds(x: x, y: y, width: size.width, height: size.height)
                let cost =
                    near.count { $0.overlaps(box) } * Self.coveredCost
                    + crossing.count { box.isCrossed(from: $0.from, to: $0.to) } * Self.crossedCost
                    + box.distance(to: shape) / 1_000 + (lines.count - 1) * Self.linesCost
                if cost < best.cost { best = (cost, Placed(lines: lines, box: box)) }
            }
        }
        boxes.append(best.note.box)
        return best.note
    }

    /// The note on one line, and broken behind its first word.
    private func forms(
        of note: String
    ) -> [(lines: [String], size: (width: Int, height: Int))] {
        let words = note.split(separator: " ", maxSplits: 1).map(String.init)
        return (words.count > 1 ? [[note], words] : [[note]]).map { lines in
            let width = lines.map { TextMeasure.width($0) * fontSize }.max() ?? 0
            return (lines, (width, lines.count * (fontSize + 2) * 1_000))
        }
    }

    /// Everything that a note at the shape could touch.
    private func neighbourhood(of note: String, at shape: Diagram.Bounds) -> Diagram.Bounds {
        let width = TextMeasure.width(note) * fontSize + 2 * Self.gap
        let height = (Self.rowsMax + 2) * 2 * (fontSize + 2) * 1_000
        return Diagram.Bounds(
            x: shape.x - width, y: shape.y - height, width: shape.width + 2 * width,
            height: shape.height + 2 * height)
    }

    /// Where a box's upper left corner may stand, the likeliest first.
    private static func corners(
        of size: (width: Int, height: Int), at shape: Diagram.Bounds
    ) -> [(x: Int, y: Int)] {
        let right = shape.x + shape.width
        let bottom = shape.y + shape.height
        let columns = [shape.x + (shape.width - size.width) / 2, shape.x, right - size.width]
        let beside = [shape.x - gap - size.width, right + gap]
        var corners: [(x: Int, y: Int)] = []
        for row in 0..<rowsMax {
            let away = gap + row * size.height
            for y in [shape.y - away - size.height, bottom + away] {
                corners += columns.map { ($0, y) }
                corners += beside.map { ($0, y) }
            }
        }
        let rows = [shape.y, shape.y + (shape.height - size.height) / 2, bottom - size.height]
        for x in beside { corners += rows.map { (x, $0) } }
        return corners
    }
}

extension Diagram.Bounds {
    /// The corners around the box, back to the first.
    var outline: [Diagram.Point] {
        [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)].map {
            Diagram.Point(x: $0, y: $1)
        }
    }

    /// Whether two boxes have any room in common.
    func overlaps(_ other: Diagram.Bounds) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height
            && other.y < y + height
    }

    /// How far apart two boxes are, along both axes together.
    fileprivate func distance(to other: Diagram.Bounds) -> Int {
        let across = max(other.x - (x + width), x - (other.x + other.width), 0)
        let along = max(other.y - (y + height), y - (other.y + other.height), 0)
        // Beside the middle is better than beside a corner.
        let middle = abs((2 * x + width) - (2 * other.x + other.width)) / 8
        return across + along + middle
    }

    /// Whether a line goes through the box.
    func isCrossed(from first: Diagram.Point, to last: Diagram.Point) -> Bool {
        let right = x + width
        let bottom = y + height
        if max(first.x, last.x) < x || min(first.x, last.x) > right { return false }
        if max(first.y, last.y) < y || min(first.y, last.y) > bottom { return false }
        // The corners lie on both sides of the line, or on it; in pixels, so that nothing overflows.
        let dx = (last.x - first.x) / 1_000
        let dy = (last.y - first.y) / 1_000
        let sides = [(x, y), (right, y), (x, bottom), (right, bottom)].map { corner in
            (dx * ((corner.1 - first.y) / 1_000) - dy * ((corner.0 - first.x) / 1_000)).signum()
        }
        return !(sides.allSatisfy { $0 > 0 } || sides.allSatisfy { $0 < 0 })
    }
}
