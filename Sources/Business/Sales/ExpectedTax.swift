import Records

extension Decision {
    func requireTaxCode(_ code: String) throws(Rejection) {}
    func expectedTax(on net: Money, code: String) throws(Rejection) -> Money {
        .zero(net.currency)
    }
}
