using Evidence.Network.Demo;

return await DemoCommand.RunAsync(args, TimeProvider.System);
