extension String {
    /// An error as one line, for people and the journal.
    ///
    /// Foundation's errors print their domain, code and user information. Of these this keeps the system's cause and
    /// the file that it is about, or else the sentence.
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
    /// The text between the first two quotation marks; nil if it has no content.
    fileprivate var quoted: String? {
        let parts = split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && parts[1] != "(null)" ? String(parts[1]) : nil
    }
}
