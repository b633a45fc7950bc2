/// ISO-8859-1, whose bytes are the first 256 Unicode scalars.
enum Latin1 {
    static let names = ["iso-8859-1", "latin1", "iso_8859-1"]
    /// An XML declaration ends within this many bytes.
    private static let declarationBytesMax = 256

    /// The document in UTF-8 when its declaration names ISO-8859-1; nil when it does not.
    static func transcoded(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.starts(with: Array("<?xml".utf8)) else { return nil }
        let head = bytes.prefix(declarationBytesMax).prefix { $0 != UInt8(ascii: ">") }
        let declaration = String(decoding: head, as: UTF8.self).lowercased()
        guard
            names.contains(where: {
                declaration.contains("\"\($0)\"") || declaration.contains("'\($0)'")
            })
        else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte < 0x80 {
                text.append(byte)
            } else {
                text.append(0xC0 | byte >> 6)
                text.append(0x80 | byte & 0x3F)
            }
        }
        return text
    }
}
