namespace Evidence.Node.Monitoring.Comparing;

internal static class MediumFile
{
    internal static byte[] ReadAll(string path, out bool cacheExcluded)
    {
        cacheExcluded = false;
        return File.ReadAllBytes(path);
    }
}
