using System.Globalization;
using Evidence.Core.Notes;

namespace Evidence.Core.Verification;

/// <summary>The keys of a log as an archive states them: the first one, and each rotation that was handed in for it. Verified once, for any number of records.</summary>
public sealed class StatedLogKeys
{
    private readonly FindingList _list = new(Layer.Log);

    /// <summary>A history that was verified already.</summary>
    public StatedLogKeys(LogKeyHistory history) => History = history;

    /// <summary>Follows the rotations from the first key on, up to the first one that does not hold.</summary>
    /// <exception cref="ArgumentException">The key is not one that signs checkpoints of a log.</exception>
    public StatedLogKeys(VerifierKey first, IEnumerable<RotationNote> rotations)
    {
        History = new LogKeyHistory(first);
        foreach (var rotation in rotations)
        {
            if (History.FaultsOf(rotation) is [_, ..] faults)
            {
                foreach (var fault in faults) Report(fault);
                return;
            }

            History = History.With(rotation);
        }
    }

    /// <summary>The keys up to the first rotation that does not hold.</summary>
    public LogKeyHistory History { get; }

    /// <summary>Why the first rotation that does not hold does not; empty when all hold.</summary>
    public IReadOnlyList<Finding> Findings => _list.Findings;

    private void Report(RotationFault fault)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"rotation {History.Rotations.Count + 1}");
        var message = $"A rotation of the key of {History.Origin} does not hold: {fault.Message}";
        // Without one of the two signatures it is nobody's word; anything else is a word that was changed, or that contradicts another.
        if (fault.Kind == RotationFaultKind.SignatureMissing) _list.Warning(FindingCodes.RotationUnsigned, subject, message);
        else _list.Error(fault.Kind == RotationFaultKind.SignatureWrong ? FindingCodes.RotationSignatureWrong : FindingCodes.RotationUnlinked, subject, message);
    }
}
