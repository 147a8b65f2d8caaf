@echo off
rem Starts pt.ps1 beside this file, so that cmd.exe finds pt too.
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0pt.ps1" %*
exit /b %ERRORLEVEL%
