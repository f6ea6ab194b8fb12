using A2AConsole.Web.Hosting;

return await ConsoleHost.RunAsync(args);
