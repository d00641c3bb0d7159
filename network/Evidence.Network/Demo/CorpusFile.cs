namespace Evidence.Network.Demo;

/// <summary>What a file of the corpus is.</summary>
internal enum CorpusKind
{
    /// <summary>Pages: PDF, HTML, PostScript, office documents.</summary>
    Document,

    /// <summary>Pictures.</summary>
    Image,

    /// <summary>Text and text-like data.</summary>
    Text,
}

/// <summary>One file of the demo.</summary>
/// <param name="Path">Where the copy lies that the demo archives.</param>
/// <param name="Source">Where it was found, or null when it was made for want of a real one.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Size in bytes.</param>
internal sealed record CorpusFile(string Path, string? Source, CorpusKind Kind, long Size);
