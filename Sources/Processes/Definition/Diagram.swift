/// Where a diagram's shapes and arrows stand, kept for drawing; nothing of it is executed.
///
/// Coordinates are in thousandths of the file's unit (pixels), so that no floating point is needed.
package struct Diagram: Sendable, Equatable {
    /// Id of the process or collaboration that the plane shows.
    package var elementID: String
    package var shapes: [Shape] = []
    package var edges: [Edge] = []

    package struct Point: Sendable, Equatable {
        package var x: Int
        package var y: Int

        package init(x: Int, y: Int) {
            self.x = x
            self.y = y
        }
    }

    package struct Bounds: Sendable, Equatable {
        package var x: Int
        package var y: Int
        package var width: Int
        package var height: Int

        package init(x: Int, y: Int, width: Int, height: Int) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }
    }

    /// A node, lane or pool.
    package struct Shape: Sendable, Equatable {
        package var elementID: String
        package var bounds: Bounds
        package var label: Bounds?
        package var isHorizontal: Bool
        package var isExpanded: Bool
    }

    /// An arrow.
    package struct Edge: Sendable, Equatable {
        package var elementID: String
        package var points: [Point]
        package var label: Bounds?
    }
}

/// A pool.
package struct Participant: Sendable, Equatable {
    package var id: String
    package var name: String
    /// The process in the pool; empty for a black box.
    package var processID: String
}

/// A lane with the ids of the nodes in it.
package struct Lane: Sendable, Equatable {
    package var id: String
    package var name: String
    package var nodes: [String]
    package var lanes: [Lane]
}

/// Anything that is drawn and not executed: an artifact, a data object, a message flow.
package struct Annotation: Sendable, Equatable {
    package var id: String
    /// Local name of the element, such as `textAnnotation`.
    package var kind: String
    /// Name or text.
    package var text: String
    /// Ends of an association or message flow; empty otherwise.
    package var source: String
    package var target: String
}
