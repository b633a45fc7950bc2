extension Decimal34 {
    /// How to choose between the two neighbours of a number.
    package enum Rounding: Sendable, CaseIterable {
        case awayFromZero, towardZero, up, down
        case halfAwayFromZero, halfTowardZero, halfToEven
    }

    /// The nearest number with `scale` places, chosen by `rule`; nil when it is too large.
    ///
    /// A negative scale rounds tens, hundreds and so on.
    package func rounded(scale: Int, _ rule: Rounding) -> Decimal34? {
        let drop = -Int(exponent) - scale
        if drop <= 0 || magnitude == 0 { return self }
        var kept: UInt128 = 0
        var order = -1  // the cut-off part compared with a half
        var lost = true
        if drop <= 38 {
            let divisor = PowersOfTen.power(drop)
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: divisor)
            kept = quotient
            lost = remainder != 0
            let half = divisor / 2
            order = remainder == half ? 0 : remainder < half ? -1 : 1
        }
        if lost && roundsUp(rule, order: order, isOdd: !kept.isMultiple(of: 2)) { kept += 1 }
        return Decimal34.rounded(kept, exponent: -scale, isNegative: isNegative)
    }

    private func roundsUp(_ rule: Rounding, order: Int, isOdd: Bool) -> Bool {
        switch rule {
        case .awayFromZero: true
        case .towardZero: false
        case .up: !isNegative
        case .down: isNegative
        case .halfAwayFromZero: order >= 0
        case .halfTowardZero: order > 0
        case .halfToEven: order > 0 || (order == 0 && isOdd)
        }
    }
}
