using Evidence.Core.Chain;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>What reading a package gave.</summary>
/// <param name="Verdict">The verdict of this check; its layers hold <see cref="Layer.Package"/> as well.</param>
/// <param name="Seal">The seal; null when there is none that can be read.</param>
/// <param name="Anchor">The anchor's proof as the package has it; null when there is none that can be read.</param>
/// <param name="Statement">The verdict that the archive states in the package: its claim, not a result; null when it cannot be read.</param>
/// <param name="StatedBy">Who states it, or "".</param>
public sealed record PackageReport(Verdict Verdict, Seal? Seal, AnchorProof? Anchor, Verdict? Statement, string StatedBy);
