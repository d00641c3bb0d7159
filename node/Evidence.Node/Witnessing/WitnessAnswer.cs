using Evidence.Core.Notes;

namespace Evidence.Node.Witnessing;

/// <summary>What a witness answered: its cosignature, or the size that it cosigned last where that is another than it was told.</summary>
internal sealed record WitnessAnswer(NoteSignature? Cosignature, ulong LatestSize);
