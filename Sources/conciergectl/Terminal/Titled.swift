import Wording

extension Text {
    /// A title and what belongs to it, with the punctuation of each language: `Étagère : A3`, `Shelf: A3`.
    func followed(by value: Text) -> Text { Text(fr: "\(self) : \(value)", en: "\(self): \(value)") }
}
