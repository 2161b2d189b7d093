extension String {
    /// An error in one line for people and the journal.
    ///
    /// Foundation's errors print with their domain, code and user information; of these the cause that the system gave
    /// stays, with the file that it is about, or else the sentence.
    package init(plainly error: any Error) {
        let text = "\(error)"
        guard let domain = text.firstRange(of: "Error Domain=") else {
            self = text
            return
        }
        let all = text[domain.upperBound...]
        let cause = all.firstRange(of: "Error Domain=NSPOSIXErrorDomain").map { all[$0.upperBound...] }
        let name = all.prefix { $0 != " " }
        let code = all.firstRange(of: "Code=").map { all[$0.upperBound...].prefix { $0 != " " } } ?? ""
        let words = (cause ?? all).quoted ?? all.quoted ?? "\(name) \(code)"
        let file = all.firstRange(of: "NSFilePath=").map { all[$0.upperBound...].prefix { !",}".contains($0) } }
        self = file.map { "\($0): \(words)" } ?? words
    }
}

extension Substring {
    /// What stands between the first two quotation marks; nil where that says nothing.
    fileprivate var quoted: String? {
        let parts = split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && parts[1] != "(null)" ? String(parts[1]) : nil
    }
}
