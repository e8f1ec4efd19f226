# Speaks to the print spooler of Windows for Boothpay, which starts it and ends it. Runs in Windows PowerShell 5.1.
#
# A question is one line of JSON at the standard input, its answer is one line at the standard output with the same "id":
#
#   {"id": 1, "ask": "look", "printer": NAME}
#       {"id": 1, "status": N, "detected": N, "offline": BOOL, "port": TEXT, "keeps": BOOL, "papers": [NAME], "jobs": [JOB]}
#   {"id": 2, "ask": "jobs", "printer": NAME}
#       {"id": 2, "keeps": BOOL, "jobs": [{"number": N, "name": TEXT, "status": N}]}
#   {"id": 3, "ask": "print", "printer": NAME, "name": TEXT, "paper": NAME, "file": PATH}
#       {"id": 3, "number": N}                    0 where the job was not seen in the queue
#   {"id": 4, "ask": "cancel", "printer": NAME, "number": N, "name": TEXT}
#       {"id": 4}
#
# Instead of an answer: "printers": [NAME], there is no such printer, but these; "refused": TEXT, it was not done; "unsure": TEXT, nobody knows
# whether it was done. The first line, with the id 0, says that it is ready. It ends when its input does.
#
# Only ASCII is in this file: it is read in the code page of the computer. The output belongs to the answers, so what a statement gives is always
# taken. PowerShell itself reads the standard input when a script uses its variable for that; so this one does not.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$questions = New-Object -TypeName System.IO.StreamReader -ArgumentList ([Console]::OpenStandardInput()), $utf8
$answers = New-Object -TypeName System.IO.StreamWriter -ArgumentList ([Console]::OpenStandardOutput()), $utf8
$answers.AutoFlush = $true
$answers.NewLine = "`n"

Add-Type -AssemblyName System.Drawing
Add-Type -AssemblyName System.Printing

# The spooler lists more only when somebody has let them pile up.
$JobsMost = 400

# What is costly to ask is asked again after so many seconds.
$StateSeconds = 2
$PapersSeconds = 60

$state = @{ offline = $false; detected = 0; due = [DateTime]::MinValue }
$papers = @{ names = @(); due = [DateTime]::MinValue }
$sheet = @{ queue = $null; name = ''; image = $null; number = 0; drawn = $false }

function Send-Answer($answer) {
    $answers.WriteLine((ConvertTo-Json -InputObject $answer -Compress -Depth 4))
}

# The text of the first cause: PowerShell wraps what .NET throws.
function Get-Cause($failure) {
    $failure.Exception.GetBaseException().Message
}

# The queue; nothing where Windows knows no such printer.
function Open-Queue($server, $name) {
    try {
        return $server.GetPrintQueue($name)
    }
    catch {
        if (@([System.Drawing.Printing.PrinterSettings]::InstalledPrinters) -contains $name) { throw }
        return $null
    }
}

# A job may go while the queue is being listed: then it is listed once more.
function Get-Jobs($queue) {
    for ($try = 1; ; $try++) {
        $listed = New-Object -TypeName System.Collections.ArrayList
        try {
            $queue.Refresh()
            $jobs = $queue.GetPrintJobInfoCollection()
            try {
                foreach ($job in $jobs) {
                    if ($listed.Count -ge $JobsMost) { break }
                    $row = @{ number = [int]$job.JobIdentifier; name = [string]$job.JobName; status = [int]$job.JobStatus }
                    [void]$listed.Add($row)
                }
            }
            finally {
                $jobs.Dispose()
            }
            return $listed.ToArray()
        }
        catch {
            if ($try -ge 3) { throw }
        }
    }
}

# That a printer at the USB is switched off, Windows tells here and nowhere else.
function Update-State($name) {
    if ([DateTime]::UtcNow -lt $state.due) { return }
    $escaped = $name.Replace('\', '\\').Replace("'", "\'")
    try {
        $wanted = @('WorkOffline', 'DetectedErrorState')
        $found = @(Get-CimInstance -ClassName Win32_Printer -Filter "Name = '$escaped'" -Property $wanted -OperationTimeoutSec 3)
        if ($found.Count -gt 0) {
            $state.offline = [bool]$found[0].WorkOffline
            $state.detected = [int]$found[0].DetectedErrorState
        }
    }
    catch {
        # Without WMI the queue's own status is all that is known.
        $state.offline = $false
        $state.detected = 0
    }
    $state.due = [DateTime]::UtcNow.AddSeconds($StateSeconds)
}

function Update-Papers($name) {
    if ([DateTime]::UtcNow -lt $papers.due) { return }
    $settings = New-Object -TypeName System.Drawing.Printing.PrinterSettings
    $settings.PrinterName = $name
    $papers.names = @(foreach ($size in $settings.PaperSizes) { [string]$size.PaperName })
    $papers.due = [DateTime]::UtcNow.AddSeconds($PapersSeconds)
}

function Add-Look($answer, $queue, $name) {
    Update-State $name
    Update-Papers $name
    $answer.jobs = @(Get-Jobs $queue)
    $answer.keeps = [bool]$queue.KeepPrintedJobs
    $answer.status = [int]$queue.QueueStatus
    $answer.port = [string]$queue.QueuePort.Name
    $answer.offline = $state.offline
    $answer.detected = $state.detected
    $answer.papers = $papers.names
}

# Draws the picture over the whole sheet, as much as is needed of it. The page is measured in hundredths of an inch, from the corner up to which
# the printer can print.
function Write-Sheet($page) {
    $image = $sheet.image
    $whole = $page.PageBounds
    $scale = [Math]::Max($whole.Width / $image.Width, $whole.Height / $image.Height)
    $width = $image.Width * $scale
    $height = $image.Height * $scale
    $left = ($whole.Width - $width) / 2 - $page.PageSettings.HardMarginX
    $top = ($whole.Height - $height) / 2 - $page.PageSettings.HardMarginY
    $place = New-Object -TypeName System.Drawing.RectangleF -ArgumentList ([float]$left), ([float]$top), ([float]$width), ([float]$height)
    $page.Graphics.InterpolationMode = [System.Drawing.Drawing2D.InterpolationMode]::HighQualityBicubic
    $page.Graphics.PixelOffsetMode = [System.Drawing.Drawing2D.PixelOffsetMode]::HighQuality
    $page.Graphics.DrawImage($image, $place)
    $page.HasMorePages = $false
    $sheet.drawn = $true
    # The job is in the queue by now, and cannot leave it before its page has ended.
    try {
        $ours = @(Get-Jobs $sheet.queue | Where-Object { $_.name -eq $sheet.name } | Sort-Object { $_.number })
        if ($ours.Count -gt 0) { $sheet.number = $ours[-1].number }
    }
    catch {
        # Without its number it is sent all the same.
        $sheet.number = 0
    }
}

function Add-Print($answer, $queue, $question) {
    $document = New-Object -TypeName System.Drawing.Printing.PrintDocument
    $stream = $null
    $image = $null
    try {
        $stream = New-Object -TypeName System.IO.MemoryStream -ArgumentList (, [System.IO.File]::ReadAllBytes($question.file))
        $image = [System.Drawing.Image]::FromStream($stream)
        $document.PrinterSettings.PrinterName = $question.printer
        if (-not $document.PrinterSettings.IsValid) {
            $answer.refused = 'Windows does not let this user print on it'
            return
        }
        $document.PrinterSettings.Copies = 1
        $document.DocumentName = $question.name
        # The other controller shows a window.
        $document.PrintController = New-Object -TypeName System.Drawing.Printing.StandardPrintController
        $document.OriginAtMargins = $false
        $page = $document.DefaultPageSettings
        if ($question.paper -ne '') {
            $sizes = @(foreach ($size in $document.PrinterSettings.PaperSizes) { if ($size.PaperName -eq $question.paper) { $size } })
            if ($sizes.Count -eq 0) {
                $answer.refused = 'its driver knows no paper "' + $question.paper + '"'
                return
            }
            $page.PaperSize = $sizes[0]
        }
        $page.Margins = New-Object -TypeName System.Drawing.Printing.Margins -ArgumentList 0, 0, 0, 0
        # Some drivers name a paper that lies: its width is the longer side.
        $page.Landscape = ($image.Width -gt $image.Height) -ne ($page.PaperSize.Width -gt $page.PaperSize.Height)
        $sheet.queue = $queue
        $sheet.name = $question.name
        $sheet.image = $image
        $sheet.number = 0
        $sheet.drawn = $false
        $document.add_PrintPage({
                param($source, $page)
                Write-Sheet $page
            })
        $document.Print()
        $answer.number = $sheet.number
    }
    catch {
        # A page that was not drawn is given up by .NET, and its job with it.
        if ($sheet.drawn) { throw }
        $answer.refused = Get-Cause $_
    }
    finally {
        $sheet.image = $null
        $sheet.queue = $null
        $document.Dispose()
        if ($null -ne $image) { $image.Dispose() }
        if ($null -ne $stream) { $stream.Dispose() }
    }
}

function Remove-Job($queue, $question) {
    $job = $queue.GetJob([int]$question.number)
    try {
        # A number is given again when the spooler was started anew.
        if ($job.JobName -eq $question.name) { $job.Cancel() }
    }
    finally {
        $job.Dispose()
    }
}

function Add-Answer($answer, $question) {
    $server = New-Object -TypeName System.Printing.LocalPrintServer
    $queue = $null
    try {
        $queue = Open-Queue $server $question.printer
        if ($null -eq $queue) {
            $answer.printers = @([System.Drawing.Printing.PrinterSettings]::InstalledPrinters)
            return
        }
        switch ($question.ask) {
            'look' { Add-Look $answer $queue $question.printer }
            'jobs' {
                $answer.jobs = @(Get-Jobs $queue)
                $answer.keeps = [bool]$queue.KeepPrintedJobs
            }
            'print' { Add-Print $answer $queue $question }
            'cancel' { Remove-Job $queue $question }
            default { $answer.refused = 'there is no such question' }
        }
    }
    finally {
        if ($null -ne $queue) { $queue.Dispose() }
        $server.Dispose()
    }
}

Send-Answer @{ id = 0 }
while ($null -ne ($line = $questions.ReadLine())) {
    $answer = @{ id = 0 }
    try {
        $question = ConvertFrom-Json -InputObject $line
        $answer.id = [long]$question.id
        Add-Answer $answer $question
    }
    catch {
        $answer = @{ id = $answer.id; unsure = (Get-Cause $_) }
    }
    Send-Answer $answer
}
