internal import Client

/// A company with customers, products and stock, made by commands over the socket.
package struct TradingCompany: Sendable {
    /// Customers `C-1`, `C-2` ….
    package var customers: Int
    /// Products `P-1`, `P-2` …, each with stock in the warehouse `main`.
    package var products: Int

    /// Units of each product that are there at the beginning: more than any run will sell.
    package static let stockUnits = 10_000_000

    /// A company of that size.
    package init(customers: Int, products: Int) {
        self.customers = customers
        self.products = products
    }

    /// The commands that found it, in order; each has a key, so that sending them again changes
    /// nothing.
    package var founding: [String] {
        [
            #"finance.found-company key=found {"name":"Bench Trading","country":"DE","baseCurrency":"EUR","singlePerson":true}"#,
            #"inventory.register-warehouse key=warehouse {"warehouse":"main","name":"Main"}"#,
        ]
    }

    /// The commands that make products with their stock, and customers; those of one list may be
    /// sent in any order.
    package var masterData: [[String]] {
        let products = 1...max(1, self.products)
        return [
            products.map {
                #"inventory.register-product key=product-\#($0) {"product":"P-\#($0)","name":"Product \#($0)","taxCode":"standard"}"#
            }
                + (1...max(1, customers)).map {
                    #"sales.open-account key=customer-\#($0) {"account":"C-\#($0)","name":"Customer \#($0)","terms":{"paymentTerms":"net-30","taxCode":"standard"}}"#
                },
            products.map {
                #"inventory.take-on-stock key=stock-\#($0) {"product":"P-\#($0)","warehouse":"main","quantity":"\#(Self.stockUnits)","value":"\#(Self.stockUnits * 5)"}"#
            },
        ]
    }

    /// Founds the company through a daemon.
    package func found(socket: String, clients: Int = 64) throws {
        let connection = try Connection(path: socket)
        for line in founding {
            let answer = try connection.ask(line)
            guard answer.isOK else {
                throw WorkloadFailure("\(line) was refused: \(answer.code), \(answer.message)")
            }
        }
        for lines in masterData {
            try Fleet.send(SharedLines(lines), clients: clients, socket: socket)
        }
    }
}
