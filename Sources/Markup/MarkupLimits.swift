/// How much of a document is accepted; going over one is a ``MarkupFailure`` that names it.
package struct MarkupLimits: Sendable, Equatable {
    /// Size of the whole document.
    package var documentBytesMax = 8 * 1024 * 1024
    /// Elements inside elements.
    package var depthMax = 128
    /// Elements in the whole document.
    package var elementsMax = 200_000
    /// Attributes and namespace declarations of one element.
    package var attributesPerElementMax = 128
    /// Length of one attribute's value as written.
    package var attributeBytesMax = 256 * 1024
    /// Length of an element's or attribute's name with its prefix.
    package var nameBytesMax = 1024

    package init() {}
}
