import Foundation
import Markup
import Processes
import Testing

@Suite("Drawing")
struct DrawingTests {
    static let sketch = Sketch.file(
        """
        <startEvent id='s' name='Order placed'/><serviceTask id='check' name='Check credit and stock'>
        \(Sketch.job("check"))</serviceTask><exclusiveGateway id='g' name='Approved?' default='g-ship'/>
        <userTask id='ask' name='信用额度超过限制时请求主管批准这个订单'/>
        <subProcess id='ship' name='Ship what is there'><startEvent id='is'/>
        <parallelGateway id='f'/>\(Sketch.task("pick"))\(Sketch.task("pack"))<parallelGateway id='j'/>
        <endEvent id='ie'/>\(Sketch.flows("is -> f -> pick -> j -> ie\nf -> pack -> j"))</subProcess>
        \(Sketch.boundary("late", on: "ship", Sketch.after("P1D"), interrupting: false))
        \(CompensationTests.task("bill"))<userTask id='remind' name='ผู้จัดการ ติดตาม'/>
        <endEvent id='e' name='Done'/><endEvent id='no' name='Refused'/>
        <exclusiveGateway id='m'/>
        <subProcess id='cancel' triggeredByEvent='true' name='Customer cancels'>
        <startEvent id='c'>\(Sketch.on(error: nil))</startEvent><endEvent id='ce'/>
        \(Sketch.flows("c -> ce"))</subProcess>
        """,
        flows: """
            s -> m -> check -> g
            g -> ask ? =amount > 5
            g -> ship -> bill -> e
            ask -> m
            g -> no ? =blocked
            late -> remind
            """)

    @Test("a process without drawing is laid out without overlaps")
    func laysOut() throws {
        let definition = try #require(try Sketch.definitions(Self.sketch).first)
        let diagram = DiagramLayout.arrange(definition)
        #expect(diagram.shapes.count == definition.elements.count - 1)
        #expect(diagram.edges.count == definition.flows.count)
        for (place, shape) in diagram.shapes.enumerated() {
            let own = try #require(definition.element(id: shape.elementID))
            for other in diagram.shapes[(place + 1)...] {
                let second = try #require(definition.element(id: other.elementID))
                guard own.parent == second.parent, own.attachedTo != second.index,
                    second.attachedTo != own.index
                else { continue }
                #expect(
                    !overlap(shape.bounds, other.bounds),
                    "\(shape.elementID) and \(other.elementID)")
            }
            guard own.parent != 0, own.attachedTo == nil else { continue }
            let around = try #require(
                diagram.shapes.first {
                    $0.elementID == definition.elements[own.parent].id
                })
            #expect(contains(around.bounds, shape.bounds), "\(shape.elementID)")
        }
        for edge in diagram.edges { #expect(edge.points.count >= 2) }
    }

    private func overlap(_ one: Diagram.Bounds, _ two: Diagram.Bounds) -> Bool {
        one.x < two.x + two.width && two.x < one.x + one.width && one.y < two.y + two.height
            && two.y < one.y + one.height
    }

    private func contains(_ outer: Diagram.Bounds, _ inner: Diagram.Bounds) -> Bool {
        outer.x <= inner.x && outer.y <= inner.y && inner.x + inner.width <= outer.x + outer.width
            && inner.y + inner.height <= outer.y + outer.height
    }

    @Test("the drawing is well-formed and shows path, place, notes and heat")
    func draws() throws {
        let rig = try Rig(Self.sketch)
        try rig.start(["amount": .integer(1), "blocked": .boolean(false)])
        try rig.complete("check")
        let file = try ProcessFile.parse(Array(Self.sketch.utf8), name: "x", hash: "abc")
        var marks = DrawingMarks(path: rig.advances, of: rig.main)
        #expect(marks.active.contains("pick"))
        #expect(marks.passed.contains("g-ship"))
        #expect(!marks.passed.contains("g-ask"))
        marks.notes["check"] = "12 × 3 h"
        marks.heat["check"] = 700
        let svg = try #require(ProcessDrawing.svg(file, processID: "main", marks: marks))
        let root = try MarkupParser.parse(text: svg)
        #expect(root.matches("svg", "http://www.w3.org/2000/svg"))
        let groups = root.children(named: "g").compactMap { $0.attribute("id") }
        #expect(Set(groups) == Set(rig.main.elements.dropFirst().map(\.id)))
        #expect(svg.contains("12 × 3 h"))
        #expect(svg.contains("opacity=\"0.420\""))
        #expect(ProcessDrawing.svg(file, processID: "other") == nil)
    }

    /// The shipped diagrams, and one that gets its layout here.
    static let diagrams = [
        "", "order-to-cash.bpmn", "procure-to-pay.bpmn", "replenishment.bpmn",
        "supplier-invoice.bpmn",
    ]

    @Test(
        "notes on every element stand clear of shapes, labels and each other", arguments: diagrams)
    func placesNotes(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "processes")
        let text =
            try name.isEmpty
            ? Self.sketch : String(contentsOf: folder.appending(path: name), encoding: .utf8)
        let file = try ProcessFile.parse(Array(text.utf8), name: "x", hash: "abc")
        let definition = try #require(file.processes.first)
        let diagram =
            file.diagrams.first
            ?? DiagramLayout.arrange(definition, associations: file.annotations)
        let bare = try #require(ProcessDrawing.svg(file, processID: definition.processID))
        var marks = DrawingMarks()
        for element in definition.elements.dropFirst() {
            marks.notes[element.id] = "123 × 12 d 3 h"
        }
        let svg = try #require(
            ProcessDrawing.svg(file, processID: definition.processID, marks: marks))
        let notes = try Self.texts(in: svg, size: 10) { $0 == "h" }
        #expect(notes.count == marks.notes.count)
        let labels = try Self.texts(in: bare, size: 12) { $0 == nil }
        let shapes = diagram.shapes.filter { shape in
            definition.element(id: shape.elementID).map {
                definition.elements[$0.index].children.isEmpty
            } ?? false
        }
        for (place, note) in notes.enumerated() {
            for shape in shapes {
                #expect(!overlap(note, shape.bounds), "note \(place) and \(shape.elementID)")
            }
            for (number, label) in labels.enumerated() {
                #expect(!overlap(note, label), "note \(place) and label \(number)")
            }
            for (number, other) in notes[(place + 1)...].enumerated() {
                #expect(!overlap(note, other), "notes \(place) and \(place + 1 + number)")
            }
        }
    }

    /// The boxes of the texts of some classes, measured on the narrow side: characters of half a
    /// square, lines as high as the font.
    private static func texts(
        in svg: String, size: Int, _ isWanted: (String?) -> Bool
    ) throws -> [Diagram.Bounds] {
        var found: [Diagram.Bounds] = []
        var open = [try MarkupParser.parse(text: svg)]
        while let element = open.popLast() {
            open += element.elements
            guard element.name == "text", isWanted(element.attribute("class")),
                element.attribute("transform") == nil
            else { continue }
            let lines = element.children(named: "tspan")
            let places = try lines.map { line in
                let x = try #require(line.attribute("x").flatMap(Double.init)) * 1_000
                let y = try #require(line.attribute("y").flatMap(Double.init)) * 1_000
                let width = line.text.count * size * 500
                return Diagram.Bounds(
                    x: Int(x) - width / 2, y: Int(y) - size * 800, width: width,
                    height: size * 800)
            }
            found +=
                places.first.map { first in
                    let left = places.map(\.x).min() ?? 0
                    return [
                        Diagram.Bounds(
                            x: left, y: first.y, width: places.map(\.width).max() ?? 0,
                            height: (places.last?.y ?? 0) + size * 800 - first.y)
                    ]
                } ?? []
        }
        return found
    }

    @Test("a file without drawing can be given one, and then uses it")
    func completes() throws {
        let file = try ProcessFile.parse(Array(Self.sketch.utf8), name: "x", hash: "abc")
        let bytes = MarkupWriter.write(DiagramWriter.completing(file))
        let again = try ProcessFile.parse(bytes, name: "x", hash: "abc")
        let definition = try #require(file.processes.first)
        let arranged = DiagramLayout.arrange(definition, associations: file.annotations)
        #expect(again.diagrams.first?.shapes == arranged.shapes)
        #expect(again.diagrams.first?.edges.map(\.points) == arranged.edges.map(\.points))
        #expect(DiagramWriter.completing(again) == again.source)
    }

    @Test(
        "text of any script stays inside its shape",
        arguments: [
            "Short", "A name that is quite a bit longer than the shape is wide",
            "Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung", "信用额度超过限制时请求主管批准",
            "Έλεγχος πιστωτικού ορίου πελάτη", "ตรวจสอบวงเงินเครดิตของลูกค้า",
            "التحقق من الحد الائتماني للعميل",
            "クレジット限度額の確認を依頼する", "🧾📦🚚 send", "WWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        ])
    func fitsText(_ name: String) throws {
        let sketch = Sketch.file(
            "<startEvent id='s'/><task id='a' name='\(name)'/>", flows: "s -> a")
        let file = try ProcessFile.parse(Array(sketch.utf8), name: "x", hash: "abc")
        let svg = try #require(ProcessDrawing.svg(file, processID: "main"))
        let root = try MarkupParser.parse(text: svg)
        let group = try #require(
            root.children(named: "g").first { $0.attribute("id") == "a" })
        let lines = group.children(named: "text").flatMap { $0.children(named: "tspan") }
        #expect((1...5).contains(lines.count))
        for line in lines {
            // In half pixels: wide characters take the size of the font, others a little over half.
            let width = line.text.unicodeScalars.reduce(0) { sum, scalar in
                if scalar.properties.generalCategory == .nonspacingMark { return sum }
                return sum + (scalar.value >= 0x1100 ? 24 : 13)
            }
            #expect(width <= 200, "\(line.text)")
        }
    }
}
