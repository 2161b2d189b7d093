import ConciergeKit

/// A form of number that a standard or a carrier has published: which numbers have it, and what their check says.
struct NumberForm: Sendable {
    /// What it is called where its check has failed: `UPU S10`.
    let name: String
    /// What a record says of a number whose check is right; ``NumberCheck/unverified`` for a form without a check.
    let verified: NumberCheck
    /// Who may have written a number of this form.
    let carriers: @Sendable ([UInt8]) -> [String]
    /// Whether the form alone tells the carrier, so that no other known carrier writes such numbers.
    let isDistinctive: Bool
    /// Whether a wrong check says that the number was misread. A length of digits that carriers without a published check
    /// use too says nothing: nine in ten of theirs fail it.
    let failureCounts: @Sendable ([UInt8]) -> Bool
    let fits: @Sendable ([UInt8]) -> Bool
    /// Nil for a form whose check nobody has published.
    let isRight: (@Sendable ([UInt8]) -> Bool)?

    private init(
        _ name: String, _ verified: NumberCheck = .unverified, of carriers: String..., isDistinctive: Bool = false,
        failureCounts: @escaping @Sendable ([UInt8]) -> Bool = { !$0.allSatisfy(\.isDigit) },
        fits: @escaping @Sendable ([UInt8]) -> Bool, isRight: (@Sendable ([UInt8]) -> Bool)? = nil
    ) {
        (self.name, self.verified, self.isDistinctive) = (name, verified, isDistinctive)
        self.carriers = { _ in carriers }
        (self.failureCounts, self.fits, self.isRight) = (failureCounts, fits, isRight)
    }

    private init(
        _ name: String, _ verified: NumberCheck, carriers: @escaping @Sendable ([UInt8]) -> [String],
        fits: @escaping @Sendable ([UInt8]) -> Bool, isRight: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        (self.name, self.verified, self.carriers, isDistinctive) = (name, verified, carriers, true)
        (failureCounts, self.fits, self.isRight) = ({ _ in true }, fits, isRight)
    }
}

extension NumberForm {
    /// All forms that are known. GLS and Mondial Relay have published none that other numbers do not have too.
    static let all: [NumberForm] = [s10, s10Shaped, container] + ups + fedEx + dpd + dhl + others

    private static let s10 = NumberForm(
        "UPU S10", .upuS10, carriers: PostalOperators.candidates,
        fits: { isS10Shaped($0) && S10Countries.all.contains(String(decoding: $0.suffix(2), as: UTF8.self)) },
        isRight: { CheckDigits.s10($0[2..<10]) == $0[10].digit })

    private static let s10Shaped = NumberForm(
        "UPU S10", .unknownCountry, carriers: { _ in [] },
        fits: { isS10Shaped($0) && !S10Countries.all.contains(String(decoding: $0.suffix(2), as: UTF8.self)) },
        isRight: { CheckDigits.s10($0[2..<10]) == $0[10].digit })

    private static let container = NumberForm(
        "GS1 SSCC", .sscc, carriers: { _ in [] }, fits: { isDigits($0, 18) },
        isRight: { CheckDigits.gs1($0.dropLast()) == $0.lastDigit })

    private static let ups = [
        NumberForm(
            "UPS 1Z", .ups, of: Carrier.ups, isDistinctive: true,
            fits: { $0.count == 18 && $0.starts(with: "1Z".utf8) && $0[17].isDigit && $0.allSatisfy(\.isAlphanumeric) },
            isRight: { CheckDigits.ups($0[2..<17]) == $0.lastDigit }),
        NumberForm(
            "UPS Waybill", .ups, of: Carrier.ups, isDistinctive: true,
            fits: { isLetter($0, of: "AHJKTV", digits: 10) },
            isRight: { CheckDigits.ups($0[1..<10]) == $0.lastDigit }),
    ]

    private static let fedEx = [
        NumberForm(
            "FedEx Express", .fedEx, of: Carrier.fedEx, fits: { isDigits($0, 12) },
            isRight: { CheckDigits.fedEx($0.dropLast()) == $0.lastDigit }),
        NumberForm(
            "FedEx Ground", .fedEx, of: Carrier.fedEx, fits: { isDigits($0, 15) || isGround96($0) },
            isRight: { CheckDigits.gs1($0.suffix(15).dropLast()) == $0.lastDigit }),
        NumberForm(
            "FedEx ASTRA", .fedEx, of: Carrier.fedEx, fits: { isDigits($0, 32) && $0[0] == UInt8(ascii: "3") },
            isRight: { CheckDigits.fedEx($0[16..<27]) == $0[27].digit }),
        NumberForm(
            "FedEx Express", .fedEx, of: Carrier.fedEx,
            fits: { isDigits($0, 34) && ($0[0] != UInt8(ascii: "9") || $0.starts(with: "96".utf8)) },
            isRight: { CheckDigits.fedEx($0[20..<33]) == $0.lastDigit }),
    ]

    private static let dpd =
        [15, 28].map { length in
            NumberForm(
                "DPD", .dpd, of: Carrier.dpd,
                fits: { isDigits($0.dropLast(), length - 1) && $0[length - 1].isAlphanumeric },
                isRight: { CheckDigits.iso7064Mod37And36($0.dropLast()) == $0[length - 1].alphanumeric })
        } + [
            // A label of DPD prints the depot, which begins with 0 in many countries, and ten digits without the check.
            NumberForm("DPD", of: Carrier.dpd, fits: { isDigits($0, 14) && $0[0] == UInt8(ascii: "0") })
        ]

    private static let dhl = [
        NumberForm(
            "DHL Express", .dhl, of: Carrier.dhl, fits: { isDigits($0, 10) || isDigits($0, 11) },
            isRight: { CheckDigits.mod7($0.dropLast()) == $0.lastDigit }),
        NumberForm("DHL Express", of: Carrier.dhl, isDistinctive: true, fits: isPiece),
        NumberForm("DHL eCommerce", of: Carrier.dhl, fits: { isDigits($0, 14) }),
        NumberForm("DHL eCommerce", of: Carrier.dhl, fits: { isECommerce($0) && !isS10Shaped($0) }),
    ]

    private static let others = [
        NumberForm(
            "Amazon", of: Carrier.amazon, isDistinctive: true,
            fits: { number in ["TBA", "TBC", "TBM"].contains { isPrefix($0, of: number, digits: 12) } }),
        NumberForm("Amazon", of: Carrier.amazon, fits: { isLetter($0, of: "ACF", digits: 10) }),
        NumberForm(
            "Colissimo", of: Carrier.colissimo, isDistinctive: true,
            fits: { $0.count == 13 && $0[0].isDigit && $0[1].isCapital && $0[2...].allSatisfy(\.isDigit) }),
        NumberForm(
            "Yodel", of: "Yodel", isDistinctive: true,
            fits: { isPrefix("JD", of: $0, digits: 16) || isPrefix("JJD", of: $0, digits: 16) }),
        NumberForm("YunExpress", of: "YunExpress", isDistinctive: true, fits: { isPrefix("YT", of: $0, digits: 16) }),
    ]
}

// MARK: Shapes

extension NumberForm {
    private static func isDigits(_ number: some Collection<UInt8>, _ count: Int) -> Bool {
        number.count == count && number.allSatisfy(\.isDigit)
    }

    private static func isPrefix(_ prefix: String, of number: [UInt8], digits count: Int) -> Bool {
        number.starts(with: prefix.utf8) && isDigits(number.dropFirst(prefix.utf8.count), count)
    }

    private static func isLetter(_ number: [UInt8], of letters: String, digits count: Int) -> Bool {
        number.first.map { letters.utf8.contains($0) } ?? false && isDigits(number.dropFirst(), count)
    }

    /// Also of the numbers that end with the private code of a country.
    private static func isS10Shaped(_ number: [UInt8]) -> Bool {
        number.count == 13 && number[0...1].allSatisfy(\.isCapital) && number[2...10].allSatisfy(\.isDigit)
            && number[11...12].allSatisfy(\.isCapital)
    }

    private static func isGround96(_ number: [UInt8]) -> Bool { isPrefix("96", of: number, digits: 20) }

    /// J, two or three letters, nine or ten digits.
    private static func isPiece(_ number: [UInt8]) -> Bool {
        guard number.first == UInt8(ascii: "J") else { return false }
        let letters = number.dropFirst().prefix(while: \.isCapital).count
        let digits = number.dropFirst(1 + letters)
        return (2...3).contains(letters) && (isDigits(digits, 9) || isDigits(digits, 10))
    }

    private static func isECommerce(_ number: [UInt8]) -> Bool {
        let rest = number.dropFirst(2)
        return (10...39).contains(rest.count) && rest.first?.isDigit == true && rest.allSatisfy(\.isAlphanumeric)
            && ["GM", "LX", "RX", "UV", "CN", "SG", "TH", "IN", "HK", "MY"].contains { number.starts(with: $0.utf8) }
    }
}

extension [UInt8] {
    /// The value of the last digit, of a number that is not empty.
    fileprivate var lastDigit: Int { self[count - 1].digit }
}
