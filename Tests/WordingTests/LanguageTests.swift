import Testing
import Wording

@Suite struct LanguageTests {
    @Test(
        "The language is French for the locale fr and its regions, and English for all others",
        arguments: [
            ("fr", Language.fr), ("fr_FR.UTF-8", .fr), ("fr_CA", .fr), ("FR_fr@euro", .fr), ("fr.UTF-8", .fr),
            ("en_GB.UTF-8", .en), ("C", .en), ("fry_NL", .en), ("frp", .en), ("de_FR", .en),
        ])
    func locale(_ name: String, _ language: Language) {
        #expect(Language(environment: ["LANG": name]) == language)
    }

    @Test("The first locale variable that is set determines the language, and an empty variable counts as not set")
    func precedence() {
        #expect(Language(environment: ["LC_ALL": "C", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR"]) == .en)
        #expect(Language(environment: ["LC_MESSAGES": "fr_FR", "LANG": "C"]) == .fr)
        #expect(Language(environment: ["LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_FR"]) == .fr)
        #expect(Language(environment: [:]) == .en)
    }
}
