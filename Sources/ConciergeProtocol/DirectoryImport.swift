package import Wording

// What the imports of the directory's files have in common.

/// A thing of the directory that a file can have lines of.
package protocol ImportableEntry: WireValue, Hashable {
    /// The method that imports a file of them.
    static var importMethod: MethodDeclaration { get }
}

/// A call that makes a part of the directory what an uploaded file says.
package struct DirectoryImport<Entry: ImportableEntry>: ControlMethod {
    package typealias Reply = Wire.ImportReply<Entry>
    package static var declaration: MethodDeclaration { Entry.importMethod }

    package var upload: String
    package var dryRun: Bool?
    /// Whether what the file does not have leaves the directory.
    package var removeMissing: Bool?

    package init(upload: String, dryRun: Bool? = nil, removeMissing: Bool? = nil) {
        self.upload = upload
        self.dryRun = dryRun
        self.removeMissing = removeMissing
    }
}

extension Wire {
    /// What was found in a line of a file.
    package struct Finding: WireValue, Hashable {
        /// The physical line on which the record begins, from 1.
        package var line: Int
        /// The English name of the column; nil if the whole line is concerned.
        package var column: String?
        /// The column's name for people.
        package var title: Text?
        /// A word for programs, such as `shortened-number`.
        package var kind: String
        package var reason: Text

        package init(line: Int, column: String?, title: Text?, kind: String, reason: Text) {
            self.line = line
            self.column = column
            self.title = title
            self.kind = kind
            self.reason = reason
        }
    }

    /// How far an import is, what it has found, and at last its numbers.
    package struct ImportReply<Entry: WireValue & Hashable>: WireValue, Hashable {
        package var state: Wire.Word<ImportStage>
        package var done: Int?
        package var total: Int?
        package var errors: [Wire.Finding]?
        package var notices: [Wire.Finding]?
        /// What the directory has and the file has not.
        package var entries: [Entry]?
        package var encoding: String?
        package var separator: String?
        package var unknownColumns: [String]?
        package var rows: Int?
        package var added: Int?
        package var changed: Int?
        package var missing: Int?
        package var removed: Int?
        package var errorCount: Int?
        package var imported: Bool?

        package init(
            _ state: Wire.Word<ImportStage>, done: Int? = nil, total: Int? = nil, errors: [Wire.Finding]? = nil,
            notices: [Wire.Finding]? = nil, entries: [Entry]? = nil
        ) {
            self.state = state
            self.done = done
            self.total = total
            self.errors = errors
            self.notices = notices
            self.entries = entries
        }
    }

    /// The stages of an import.
    package enum ImportStage {}
}

extension Wire.Word<Wire.ImportStage> {
    package static var reading: Self { "reading" }
    package static var comparing: Self { "comparing" }
    package static var writing: Self { "writing" }
    /// A portion of what was found in the file's lines.
    package static var findings: Self { "findings" }
    /// A portion of what is not in the file.
    package static var missing: Self { "missing" }
    /// This is the last reply.
    package static var done: Self { "done" }
}
