import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Text {
    /// The text for an error number of the system (errno(3)): in English that of the C library, in French a text of its
    /// own for common errors, else the number.
    init(errno code: Int32) {
        let french: Phrase =
            switch code {
            case EPERM, EACCES: "accès refusé"
            case ENOENT: "fichier ou dossier introuvable"
            case EIO: "le disque est en panne"
            case EAGAIN: "occupé ; réessayez"
            case EEXIST: "ce nom est déjà pris"
            case ENOTDIR: "ce n'est pas un dossier"
            case EISDIR: "c'est un dossier"
            case EMFILE, ENFILE: "trop de fichiers ouverts"
            case EFBIG: "le fichier serait trop grand"
            case ENOSPC: "il n'y a plus de place sur le disque"
            case EDQUOT: "votre quota est épuisé"
            case EROFS: "le disque est en lecture seule"
            case ENAMETOOLONG: "le nom est trop long"
            case ELOOP: "trop de liens symboliques"
            default: "erreur système \(code)"
            }
        self.init(fr: french, en: "\(String(cString: strerror(code)))")
    }
}
