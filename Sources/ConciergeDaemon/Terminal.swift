import ConciergeKit
import Foundation

/// What whoever calls the program by hand reads, in their language. The journal is in English.
enum Terminal {
    /// The language of LC_ALL, LC_MESSAGES or LANG.
    static let language = Language(environment: ProcessInfo.processInfo.environment)

    /// Writes one line to standard output.
    static func print(_ words: Text) { Swift.print(words[language]) }
}
