/// The check digits that carriers and standards have published. Each function gets the characters of a number as bytes:
/// digits, or capitals and digits where it says so.
enum CheckDigits {
    /// UPU S10, of the eight digits before the check digit: weights 8 6 4 2 3 5 9 7; 11 − (sum mod 11), where 10
    /// becomes 0 and 11 becomes 5.
    static func s10(_ digits: ArraySlice<UInt8>) -> Int {
        let sum = zip(digits, [8, 6, 4, 2, 3, 5, 9, 7]).reduce(0) { $0 + $1.0.digit * $1.1 }
        let check = 11 - sum % 11
        return check == 10 ? 0 : check == 11 ? 5 : check
    }

    /// GS1 General Specifications, 7.9.1: weights 3 and 1 alternately from the right; the check digit completes the sum
    /// to the next multiple of ten. FedEx Ground uses it too.
    static func gs1(_ digits: ArraySlice<UInt8>) -> Int {
        let sum = digits.reversed().enumerated().reduce(0) {
            $0 + $1.element.digit * ($1.offset.isMultiple(of: 2) ? 3 : 1)
        }
        return (10 - sum % 10) % 10
    }

    /// UPS, of capitals and digits: weights 1 and 2 alternately from the left, a letter counts its ASCII code − 63,
    /// modulo 10.
    static func ups(_ characters: ArraySlice<UInt8>) -> Int {
        let sum = characters.enumerated().reduce(0) { sum, next in
            let value = next.element.isDigit ? next.element.digit : (Int(next.element) - 63) % 10
            return sum + value * (next.offset.isMultiple(of: 2) ? 1 : 2)
        }
        return (10 - sum % 10) % 10
    }

    /// FedEx Express: weights 1, 3, 7 repeated from the right; the sum modulo 11, and that modulo 10.
    static func fedEx(_ digits: ArraySlice<UInt8>) -> Int {
        let sum = digits.reversed().enumerated().reduce(0) { $0 + $1.element.digit * [1, 3, 7][$1.offset % 3] }
        return sum % 11 % 10
    }

    /// DHL Express: the number before the check digit modulo 7.
    static func mod7(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { ($0 * 10 + $1.digit) % 7 }
    }

    /// DPD, ISO/IEC 7064 mod 37,36, of capitals and digits: the value of the check character, 0 to 9 for digits and 10 to
    /// 35 for letters.
    static func iso7064Mod37And36(_ characters: ArraySlice<UInt8>) -> Int {
        let product = characters.reduce(36) { product, character in
            let sum = (product + character.alphanumeric) % 36
            return (sum == 0 ? 36 : sum) * 2 % 37
        }
        return (37 - product) % 36
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isAlphanumeric: Bool { isDigit || isCapital }
    /// The value of a digit.
    var digit: Int { Int(self) - 0x30 }
    /// The value of a digit, or 10 to 35 for a capital.
    var alphanumeric: Int { isDigit ? digit : Int(self) - 0x41 + 10 }
}
