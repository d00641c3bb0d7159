namespace Evidence.Core.Packages;

/// <summary>The names that a package's members have.</summary>
internal static class PackageNames
{
    internal const string Readme = "README.txt", Keys = "log/keys.json", Roots = "signature-roots.pem";
    internal const string Statement = "statement.json", Certificate = "certificate.html", Manifest = "manifest.json";
    internal const string AnchorsFolder = "anchors/", AnchorSuffix = ".json", RecordsFolder = "records/", EventsFolder = "events/", PartsFolder = "parts/";
    internal const string History = AnchorsFolder + "history" + AnchorSuffix;
    internal const string Seal = "seal.json", Proof = "inclusion.tlog-proof", MetadataPart = "m0001";

    internal static string Anchor(ulong size) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{AnchorsFolder}{size}{AnchorSuffix}");

    /// <summary>A member of a record, or of an event document, which has the same members in another folder.</summary>
    internal static string Of(string folder, RecordId record, string name) => $"{folder}{record}/{name}";

    internal static string OfPart(string folder, RecordId record, string part) => $"{folder}{record}/{PartsFolder}{part}";

    /// <summary>A name from a header that may be anything, so that it cannot write on the reader's terminal.</summary>
    internal static string Printable(string name) => string.Concat(name.Select(static c => c is > ' ' and < '\x7f' ? c : '?'));
}
